"""A stale page: what it was opened with, what was typed, what stands now, and the choice between them.

Values are compared as pairs of name and text, the way a browser sends them, so that every kind of field counts alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Protocol

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, Field, FileField, PasswordField, SelectFieldBase, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from casework.rules.words import N_
from casework.web.fields import RowsField
from casework.web.i18n import listed

Pairs = list[tuple[str, str]]
HIDDEN = {"csrf_token", "form_token", "opened"}
_PICK, _THEIRS, AFTER = "pick.", "theirs.", "after"
_SILENT = (FileField, PasswordField)  # what a page may not fill in: typed or chosen again


class Difference(StrEnum):
    """Who changed a field since the page was opened."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"

    @property
    def label(self) -> str:
        """What stands beside the field."""
        return {"mine": N_("only you changed this"), "theirs": N_("changed by somebody else")}.get(
            self, N_("changed by both: decide")
        )


@dataclass(frozen=True)
class ConflictField:
    """One field in which what was typed and what stands differ, each as people read it."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str
    difference: Difference

    @property
    def takes_theirs(self) -> bool:
        """Tell whether what stands now is what is offered first."""
        return self.difference is Difference.THEIRS


class Stale(Protocol):
    """The form of a stale page."""

    agrees: bool

    def visible_fields(self) -> list[Field]: ...  # noqa: D102


class Conflict(Exception):
    """Somebody else changed the record since the page was opened.

    `theirs` holds what the fields show of the record as it stands; a field it does not name only adds to the record.
    """

    def __init__(
        self, form: "Stale", sent: MultiDict[str, str], base: Pairs, theirs: Mapping[str, object], version: int
    ) -> None:
        super().__init__("stale")
        self.version, self.agrees = version, form.agrees
        self.fields: list[ConflictField] = []
        self.added: list[tuple[str, str]] = []  # label and text of what has nothing to be compared with
        self.again: list[tuple[Field, str]] = []  # what must be chosen or typed anew, and what it was
        self.standing: Pairs = []  # what the next page was opened with
        self.hidden = [pair for pair in sent.items(multi=True) if pair[0] not in {*HIDDEN, AFTER}]
        for field in form.visible_fields():
            if isinstance(field, _SILENT):
                self._ask_again(field)
            elif field.name in theirs:
                self._compare(field, _of(field, base), posted(field, theirs[field.name]))
            elif text := shown(field, posted(field, field.data)):
                self.added.append((str(field.label.text), text))

    def _ask_again(self, field: Field) -> None:
        self.hidden = [pair for pair in self.hidden if not _in(pair[0], [field.name])]
        files = field.data if isinstance(field.data, list) else [field.data]
        names = [file.filename for file in files if isinstance(file, FileStorage) and file.filename]
        if names or isinstance(field, PasswordField):
            self.again.append((field, listed(names)))

    def _compare(self, field: Field, base: Pairs, theirs: Pairs) -> None:
        mine = posted(field, field.data)
        self.standing += theirs
        self.hidden += [(_THEIRS + name, text) for name, text in theirs]
        if _same(mine, theirs):
            return
        difference = Difference.BOTH
        if _same(base, theirs):
            difference = Difference.MINE
        elif _same(base, mine):
            difference = Difference.THEIRS
        base_text, mine_text, theirs_text = (shown(field, pairs) for pairs in (base, mine, theirs))
        label = str(field.label.text)
        self.fields.append(ConflictField(field.name, label, base_text, mine_text, theirs_text, difference))


def chosen(sent: MultiDict[str, Any]) -> MultiDict[str, Any]:
    """Return what a form was sent with; for a field that was picked so, what stood in the record."""
    if not any(name.startswith((_PICK, _THEIRS)) for name in sent):
        return sent
    picks = {name.removeprefix(_PICK): value for name, value in sent.items() if name.startswith(_PICK)}
    taken = {name for name, value in picks.items() if value == Difference.THEIRS}
    ours = [(n, v) for n, v in sent.items(multi=True) if not n.startswith((_PICK, _THEIRS)) and not _in(n, taken)]
    theirs = ((n.removeprefix(_THEIRS), v) for n, v in sent.items(multi=True) if n.startswith(_THEIRS))
    return MultiDict([*ours, *((name, value) for name, value in theirs if _in(name, taken))])


def posted(field: Field, value: Any) -> Pairs:
    """Return what a browser would send for a field that holds this value."""
    if isinstance(field, _SILENT):
        return []
    if isinstance(field, RowsField):
        return list(_rows_posted(field, value or []))
    if isinstance(field, BooleanField):
        return [(field.name, "y")] if value else []
    if isinstance(field, SelectMultipleField):
        return [(field.name, _text(one)) for one in value or []]
    return [(field.name, _text(value))]


def shown(field: Field, pairs: Pairs) -> str:
    """Return what was or would be sent for a field as people read it, a row of a table on each line."""
    if isinstance(field, RowsField):
        lines: dict[str, list[str]] = {}
        for sub, number, text in _cells(field, pairs):
            lines.setdefault(number, []).append(shown(sub, [(sub.name, text)]))
        return "\n".join(" · ".join(word for word in words if word) for words in lines.values())
    if isinstance(field, BooleanField):
        return str(_("yes") if pairs else _("no"))
    words = {}
    if isinstance(field, SelectFieldBase):
        choices: list[SelectChoice] = list(field.choices or [])
        words = {_text(choice.value): str(choice.label).strip() for choice in choices}
    return listed(words.get(text, text) for _name, text in pairs if text)


def _rows_posted(field: RowsField, rows: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    subs = list(field.row_form(formdata=None))
    filled = [row for row in rows if any(_text(row.get(sub.name)) for sub in subs)]
    for number, row in enumerate(filled):
        for sub in subs:
            for name, text in posted(sub, row.get(sub.name)):
                yield f"{field.name}-{number}-{name}", text


def _cells(field: RowsField, pairs: Pairs) -> Iterator[tuple[Field, str, str]]:
    subs = {sub.name: sub for sub in field.row_form(formdata=None)}
    for name, text in pairs:
        number, _dash, sub = name.removeprefix(f"{field.name}-").partition("-")
        if sub in subs:
            yield subs[sub], number, text


def _text(value: object) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value.value if isinstance(value, Enum) else value)


def _same(one: Pairs, other: Pairs) -> bool:
    """Compare without regard to how a browser ends lines or to what stands for nothing."""
    return _plain(one) == _plain(other)


def _plain(pairs: Pairs) -> list[tuple[str, str]]:
    texts = [(name, text.replace("\r\n", "\n").strip()) for name, text in pairs]
    return sorted((name, text) for name, text in texts if text)


def _in(name: str, fields: Iterable[str]) -> bool:
    return any(name == field or name.startswith(f"{field}-") for field in fields)


def _of(field: Field, pairs: Iterable[tuple[str, str]]) -> Pairs:
    return [pair for pair in pairs if _in(pair[0], [field.name])]
