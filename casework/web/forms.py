"""Forms: every one carries a token that takes effect once and, for a row, the version it was opened with."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from flask import flash, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField

from casework.audit import actions as audit
from casework.db import db
from casework.rules.errors import RuleError
from casework.web.door import is_repeatable
from casework.web.fields import RowsField
from casework.web.models import FormToken

Page = Response | tuple[str, int] | str
_HIDDEN = {"csrf_token", "form_token", "opened"}


class HasVersion(Protocol):
    """Whatever a form is opened on: a row, or several rows under one version."""

    @property
    def version(self) -> int: ...  # noqa: D102


class Form(FlaskForm):
    """Base of all forms that change data."""

    form_token = HiddenField(default=lambda: uuid.uuid4().hex)
    opened = HiddenField()  # version and values the page was opened with

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: list[str] = []

    def open_on(self, row: HasVersion) -> None:
        """Note the version and the values this page shows, so that a change by another is noticed."""
        if not self.opened.data:
            values = {field.name: shown(field.data) for field in self.visible_fields()}
            self.opened.data = json.dumps({"version": row.version, "values": values}, ensure_ascii=False)

    def visible_fields(self) -> list[Field]:
        """Return the fields a person fills in."""
        return [field for field in self if field.name not in _HIDDEN]

    def change_rows(self) -> bool:
        """Add or take away the row that a button of the form asks for; the form itself has no effect then."""
        add, drop = request.form.get("add"), request.form.get("drop")
        return any(field.change(add, drop) for field in self if isinstance(field, RowsField))

    def check_version(self, row: HasVersion, theirs: dict[str, object] | None = None) -> None:
        """Refuse a page that was opened on an older version, showing base, mine and theirs."""
        opened = read_opened(self.opened.data)
        if opened["version"] != row.version:
            raise Conflict(self, row, opened["values"], theirs or {})

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn a refusal of the rules into an error on this form; nothing is changed and nothing typed is lost."""
        try:
            yield
        except RuleError as error:
            audit.roll_back()
            sentence = say(error)
            field = self._fields.get(error.field) if error.field else None
            if field is None:
                self.refused.append(sentence)
            else:
                field.errors = [*field.errors, sentence]

    @property
    def has_errors(self) -> bool:
        """Tell whether anything must be put right."""
        return bool(self.refused or any(field.errors for field in self))


class Conflict(Exception):
    """Somebody else changed the record since the page was opened."""

    def __init__(self, form: Form, row: HasVersion, base: dict[str, str], theirs: dict[str, object]) -> None:
        super().__init__("stale")
        self.version = row.version
        self.fields = [
            ConflictField(
                field.name,
                str(field.label.text),
                base.get(field.name, ""),
                shown(field.data),
                shown(theirs.get(field.name, getattr(row, field.name, ""))),
            )
            for field in form.visible_fields()
        ]


@dataclass(frozen=True)
class ConflictField:
    """One field of a stale page: as opened, as typed here, as it stands now."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str


def read_opened(text: str | None) -> dict[str, Any]:
    """Read what the page was opened with; a page that says nothing counts as stale."""
    try:
        opened = json.loads(text or "")
        return {"version": int(opened["version"]), "values": dict(opened.get("values") or {})}
    except (ValueError, KeyError, TypeError):
        return {"version": -1, "values": {}}


def shown(value: object) -> str:
    """Return a field's value as text for comparison on the conflict page."""
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, dict):
        return " ".join(text for item in value.values() if (text := shown(item)))
    if isinstance(value, (list, tuple)):
        return "、".join(text for item in value if (text := shown(item)))
    if isinstance(value, FileStorage):
        return value.filename or ""
    return str(value)


def say(error: RuleError) -> str:
    """Translate a refusal into the reader's language, its parameters too where they are words or refusals of ours."""
    params = {key: _said(value) for key, value in error.params.items()}
    return str(_(error.message, **params)) if params else str(_(error.message))


def _said(value: object) -> object:
    if isinstance(value, RuleError):
        return say(value)
    return _(value) if isinstance(value, str) and value else value


def page(template: str, form: Form | None = None, **context: Any) -> Page:
    """Render a page; with errors in its form the status is 422 and the focus goes to the first of them."""
    html = render_template(template, form=form, **context)
    return (html, 422) if form is not None and form.has_errors else html


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
        audit.roll_back()
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
