"""Forms: every one carries a token that takes effect once and, for a row, the version it was opened with."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol, Self

from flask import flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField

from casework.audit import actions as audit
from casework.db import Versioned, db, read_only_from_here
from casework.rules.errors import Refusals, RuleError, Stale
from casework.web.conflict import AFTER, HIDDEN, Conflict, Pairs, chosen, posted
from casework.web.door import is_repeatable
from casework.web.fields import RowsField
from casework.web.models import FormToken

Page = Response | tuple[str, int] | str


class HasVersion(Protocol):
    """Whatever a form is opened on: a row, or several rows under one version."""

    @property
    def version(self) -> int: ...  # noqa: D102


class Form(FlaskForm):
    """Base of all forms that change data."""

    class Meta(FlaskForm.Meta):
        """What is sent on from the page of a conflict counts as it was picked there."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return what the form is filled with."""
            sent = super().wrap_formdata(form, formdata)
            return chosen(sent) if sent else sent

    agrees = False  # to what its page shows, so that it is not sent again unseen
    form_token = HiddenField(default=lambda: uuid.uuid4().hex)
    opened = HiddenField()  # version and values the page was opened with

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: list[str] = []

    def open_on(self, row: HasVersion) -> None:
        """Note the version and the values this page shows, so that a change by another is noticed."""
        if not self.opened.data:
            values = [pair for field in self.visible_fields() for pair in posted(field, field.data)]
            self.opened.data = opened_with(row.version, values)

    def visible_fields(self) -> list[Field]:
        """Return the fields a person fills in."""
        return [field for field in self if field.name not in HIDDEN]

    def apart(self, name: str) -> Self:
        """Give the fields ids of their own, where two forms stand on one page."""
        for field in self:
            field.id = field.label.field_id = f"{name}-{field.id}"
        return self

    def change_rows(self) -> bool:
        """Add or take away the row that a button of the form asks for; the form itself has no effect then."""
        add, drop = request.form.get("add"), request.form.get("drop")
        return any(field.change(add, drop) for field in self if isinstance(field, RowsField))

    def check_version(self, row: HasVersion, theirs: Mapping[str, object] | None = None) -> None:
        """Refuse a page that was opened on an older version, with a choice between mine and theirs.

        `theirs` holds what the fields show of the record; without it the form only adds to the record.
        """
        if isinstance(row, Versioned):
            row.hold()  # else another could change it between this look and our change
        opened = read_opened(self.opened.data)
        if opened["version"] != row.version:
            raise Conflict(self, chosen(request.form), opened["values"], theirs or {}, row.version)

    def columns_of(self, row: object) -> dict[str, object]:
        """Return what the row holds in the columns that are named like the fields."""
        return {field.name: getattr(row, field.name) for field in self.visible_fields() if hasattr(row, field.name)}

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Tell whether the form was sent to take effect; from the page of a conflict one may go back to it first."""
        return request.form.get(AFTER) != "edit" and bool(super().validate_on_submit(extra_validators))

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn a refusal of the rules into an error on this form; nothing is changed and nothing typed is lost."""
        try:
            yield
        except Stale:
            raise  # a stale page is told so: there is nothing on it to put right
        except RuleError as error:
            undo()
            self._refuse(error.refusals if isinstance(error, Refusals) else [error])

    def refused_by_the_rules(self) -> Iterable[RuleError]:
        """Say what the rules refuse of what is typed, so that it is shown together with what is missing."""
        return ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Look at every field and at what the rules say, and show all of it at once."""
        fine = bool(super().validate(extra_validators))
        self._refuse(self.refused_by_the_rules())
        return fine and not self.has_errors

    def _refuse(self, refusals: Iterable[RuleError]) -> None:
        """Put each refusal at its field, else at the top."""
        for refusal in refusals:
            if field := self._at(refusal.field):
                field.errors = [*field.errors, say(refusal)]
            else:
                self.refused.append(say(refusal))

    def _at(self, name: str | None) -> Field | None:
        """Return the field of this name, which may stand in a row; facts write a dot (contact.person)."""
        name = name.replace(".", "_") if name else name
        inner = (item for field in self if isinstance(field, RowsField) for _row, item in field.inner())
        return next((field for field in (*self, *inner) if field.name == name), None)

    @property
    def wrong(self) -> Iterator[tuple[str, str, Any]]:
        """Yield where each error stands (id), what the place is called, and what is wrong, in the page's order."""
        for field in self.visible_fields():
            label = str(field.label.text)
            if not isinstance(field, RowsField):
                if field.errors:
                    yield focus_id(field), label, field.errors
                continue
            if field.own_errors:
                yield focus_id(field), label, field.own_errors
            for number, item in field.inner():
                if item.errors:
                    yield focus_id(item), f"{label} {number} · {item.label.text}", item.errors

    @property
    def has_errors(self) -> bool:
        """Tell whether anything must be put right."""
        return bool(self.refused or self.form_errors or next(self.wrong, None))


def focus_id(field: Field) -> str:
    """Return the id of what is filled in first at a field: of several choices or rows the first."""
    if isinstance(field, RowsField):
        return str(next(iter(field.inner()))[1].id)
    return f"{field.id}-0" if hasattr(field.widget, "prefix_label") else str(field.id)


def read_opened(text: str | None) -> dict[str, Any]:
    """Read version and values a page was opened with; a page that says nothing counts as stale."""
    try:
        opened = json.loads(text or "")
        values = [(str(name), str(value)) for name, value in opened["values"]]
        return {"version": int(opened["version"]), "values": values}
    except (ValueError, KeyError, TypeError):
        return {"version": -1, "values": []}


def opened_with(version: int, values: Pairs) -> str:
    """Return what `read_opened` reads."""
    return json.dumps({"version": version, "values": values}, ensure_ascii=False)


def say(error: RuleError) -> str:
    """Translate a refusal into the reader's language, its parameters too where they are words or refusals of ours."""
    params = {key: _said(value) for key, value in error.params.items()}
    return str(_(error.message, **params)) if params else str(_(error.message))


def say_rule(message: str, params: Mapping[str, Any]) -> str:
    """Say a sentence of the rules with its numbers."""
    return say(RuleError(message, **params))


PARTS_TOLD = 12  # of a sum, one by one


def _said(value: object) -> object:
    if isinstance(value, RuleError):
        return say(value)
    if isinstance(value, tuple):
        rest = ["…"] if len(value) > PARTS_TOLD else []
        return " + ".join([*(str(_said(part)) for part in value[:PARTS_TOLD]), *rest]) or "0"
    if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) >= 10_000):
        return f"{value:,}"
    return _(value) if isinstance(value, str) and value else value


def page(template: str, form: Form | None = None, **context: Any) -> Page:
    """Render a page; with errors in its form the status is 422 and the focus goes to the first of them."""
    html = render_template(template, form=form, **context)
    return (html, 422) if form is not None and form.has_errors else html


def undo() -> None:
    """Undo what the request has done; the page that tells why only reads, and must not wait for the write lock."""
    audit.roll_back()
    read_only_from_here(True)


def spend_form_token() -> Response | None:
    """Use up the token of a form that changes data; the second post is shown the result of the first."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint is None or is_repeatable(request.endpoint):
        return None
    if not current_user.is_authenticated:
        return None
    token = request.form.get("form_token", "")
    if not 16 <= len(token) <= 40:
        raise RuleError("This page is incomplete. Open it again and repeat what you did.")
    row = FormToken(token=token, account_id=current_user.id, url=request.path, used_at=g.now)
    try:
        db.session.add(row)
        db.session.flush()
    except IntegrityError:
        undo()
        first = db.session.get(FormToken, token)
        if first is None or first.account_id != current_user.id:
            raise RuleError("This page is incomplete. Open it again and repeat what you did.") from None
        flash(_("This had already been done; here is its result."), "info")
        return redirect(first.url, 303)
    g.form_token = row
    return None


def finish(url: str, message: str | None = None, category: str = "success") -> Response:
    """Commit what the form changed, say so, and go to the page that shows it."""
    if "form_token" in g:
        g.form_token.url = url
    audit.commit()
    if message:
        flash(message, category)
    return redirect(url, 303)
