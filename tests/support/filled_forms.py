"""What a browser would send: the values that a form of a page holds, and what a person changes in them."""

import io
from html.parser import HTMLParser


class _Forms(HTMLParser):
    """The POST forms of a page, each with its values."""

    def __init__(self):
        super().__init__()
        self.forms, self.by_id = [], {}
        self._open = self._select = self._textarea = None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self._open = {"method": a.get("method", "get").lower(), "action": a.get("action") or "", "values": {}}
            self.forms.append(self._open)
            self.by_id[a.get("id")] = self._open
        name = a.get("name")
        if tag == "input" and name and a.get("type") not in {"submit", "button", "image", "file"}:
            if a.get("type") not in {"checkbox", "radio"}:
                self._add(a, name, a.get("value") or "")
            elif "checked" in a:
                self._add(a, name, a.get("value", "on"))
        elif tag == "select" and name:
            self._select = {"attrs": a, "name": name, "options": []}
        elif tag == "option" and self._select:
            self._select["options"].append((a.get("value") or "", "selected" in a))
        elif tag == "textarea" and name:
            self._textarea = [a, name, ""]

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select:
            options = self._select["options"]
            chosen = [value for value, selected in options if selected]
            if not chosen and options and "multiple" not in self._select["attrs"]:
                chosen = [options[0][0]]
            for value in chosen:
                self._add(self._select["attrs"], self._select["name"], value)
            self._select = None
        elif tag == "textarea" and self._textarea:
            a, name, text = self._textarea
            self._add(a, name, text.removeprefix("\n"))
            self._textarea = None

    def handle_data(self, data):
        if self._textarea:
            self._textarea[2] += data

    def _add(self, attrs, name, value):
        form = self.by_id.get(attrs["form"]) if "form" in attrs else self._open
        if form is not None:
            form["values"].setdefault(name, []).append(value)


def values_of(html, path):
    """Return the values of the form that posts to this path (or to its own page)."""
    page = _Forms()
    page.feed(html)
    posting = [form for form in page.forms if form["method"] == "post"]
    chosen = [form for form in posting if form["action"] == path] or [form for form in posting if not form["action"]]
    assert chosen, f"no form posts to {path}"
    return chosen[0]["values"]


def as_sent(values, typed):
    """Put what a person types in place of what the form held; (bytes, name) is a file, which is read anew each time."""
    sent = values | typed
    return {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in sent.items()
    }
