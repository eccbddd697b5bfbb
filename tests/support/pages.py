"""A client that signs in as one of the cast and checks every page it gets."""

import re
import secrets
import uuid
from datetime import timedelta
from html.parser import HTMLParser

from flask.testing import FlaskClient

from casework.db import write_transaction
from casework.users.models import Account, SignIn
from casework.users.sessions import token_hash
from casework.web import clock


class _Page(HTMLParser):
    """What the checks need to know of a page."""

    def __init__(self):
        super().__init__()
        self.h1 = 0
        self.title = ""
        self.ids, self.labelled, self.fields, self.forms = [], set(), [], []
        self.inline, self._in_title = [], False

    def handle_starttag(self, tag, attrs):  # noqa: C901  one branch per kind of tag
        a = dict(attrs)
        if tag == "h1":
            self.h1 += 1
        if tag == "title":
            self._in_title = True
        if "id" in a:
            self.ids.append(a["id"])
        if tag == "label" and a.get("for"):
            self.labelled.add(a["for"])
        if tag == "form":
            self.forms.append({"method": a.get("method", "get").lower(), "names": set(), "action": a.get("action")})
        if tag in {"input", "select", "textarea"}:
            if self.forms:
                self.forms[-1]["names"].add(a.get("name"))
            hidden = a.get("type") in {"hidden", "submit", "button"}
            if not hidden and not (a.get("aria-label") or a.get("aria-labelledby")):
                self.fields.append(a.get("id") or a.get("name"))
        for name in a:
            if name == "style" or name.startswith("on"):
                self.inline.append((tag, name))

    def handle_endtag(self, tag):
        if tag == "title":
            self._in_title = False

    def handle_data(self, data):
        if self._in_title:
            self.title += data


def check_page(html: str, path: str) -> None:
    """Fail with what is wrong about this page."""
    page = _Page()
    page.feed(html)
    assert page.h1 == 1, f"{path}: {page.h1} h1 instead of one"
    assert page.title.strip(), f"{path}: no title"
    doubled = {i for i in page.ids if page.ids.count(i) > 1}
    assert not doubled, f"{path}: ids used twice: {doubled}"
    unlabelled = [f for f in page.fields if f not in page.labelled]
    assert not unlabelled, f"{path}: fields without a label: {unlabelled}"
    assert not page.inline, f"{path}: inline style or script, which the CSP refuses: {page.inline}"
    for form in page.forms:
        if form["method"] == "post":
            assert "csrf_token" in form["names"], f"{path}: a POST form to {form['action']} without csrf_token"
    assert "%(" not in html, f"{path}: a message whose parameters were not filled in"


class PageClient(FlaskClient):
    """Flask's client with the manners of a browser and the eye of a tester."""

    checks = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.environ_base["HTTP_REFERER"] = "https://127.0.0.1/"  # as every browser; over https a POST needs it

    def open(self, *args, **kwargs):
        """Send the request; check the page that comes back."""
        kwargs.setdefault("base_url", "https://127.0.0.1")
        response = super().open(*args, **kwargs)
        if self.checks and response.mimetype == "text/html" and response.status_code != 304 and not response.location:
            check_page(response.text, response.request.path)
        return response

    def sign_in(self, username: str) -> "PageClient":
        """Be this member of the cast, with a session of its own."""
        app = self.application
        with app.app_context():
            from casework.db import db

            account_id = db.session.query(Account.id).filter_by(username=username).scalar()
            db.session.remove()
            token, now = secrets.token_urlsafe(32), clock.now()
            data = {"_user_id": str(account_id), "_fresh": True, "lang": "zh_Hans_CN"}
            with write_transaction() as connection:
                connection.execute(
                    SignIn.__table__.insert().values(
                        token_hash=token_hash(token), data=data, account_id=account_id, address="",
                        began_at=now - timedelta(seconds=1), seen_at=now,
                    )
                )  # fmt: skip
        self.set_cookie(app.config["SESSION_COOKIE_NAME"], token, domain="127.0.0.1")
        return self

    def speak(self, language: str) -> "PageClient":
        """Switch the language of the pages."""
        page = self.get("/sign-in", follow_redirects=True)
        self.post("/language", data={**hidden_values(page.text, "/language"), "language": language})
        return self

    def fill(self, path: str, data=None, *, form_at: str | None = None, follow=True, **kwargs):
        """Open a form, take over its hidden fields and present values, fill in `data`, and send it to `path`."""
        page = self.get(form_at or path)
        assert page.status_code == 200, f"{form_at or path}: {page.status_code}"
        values = hidden_values(page.text, path)
        values.setdefault("form_token", uuid.uuid4().hex)
        values.update(data or {})
        response = self.post(path, data=values, **kwargs)
        if follow and response.status_code in {302, 303}:
            return self.get(response.location)
        return response


def hidden_values(html: str, path: str) -> dict[str, str]:
    """Return the hidden fields of the form that posts to this path (or of the first POST form)."""
    forms = re.findall(r"<form\b.*?</form>", html, re.S)
    posting = [f for f in forms if re.search(r'method="post"', f.split(">", 1)[0], re.I)]
    chosen = [f for f in posting if f'action="{path}"' in f.split(">", 1)[0]] or [
        f for f in posting if "action=" not in f.split(">", 1)[0] or 'action=""' in f.split(">", 1)[0]
    ]
    assert chosen, f"no form posts to {path}"
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", chosen[0]):
        if 'type="hidden"' in tag and (name := re.search(r'name="([^"]+)"', tag)):
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = _unescape(value[1]) if value else ""
    return found


def _unescape(text: str) -> str:
    import html

    return html.unescape(text)
