"""What is typed into a long form is kept as it is typed, and found again until the form takes effect."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, abort, g, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework.audit.actions import commit
from casework.db import Versioned, db
from casework.rules.roles import Permission
from casework.web.door import repeatable, requires
from casework.web.forms import Form, finish, read_opened
from casework.web.models import TypedText
from casework.web.redirects import is_own_path

_KEY = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_NOT_TYPED = {"csrf_token", "form_token"}
CHARACTERS_MOST = 200_000
FORMS_MOST = 50  # per account: the oldest goes when one more comes


@dataclass(frozen=True)
class Typed:
    """What a page shows about kept text: `restored` is when it was typed, if it was found again.

    `stale` holds (name, text) of what rests on an older version of the record and so was not filled in.
    """

    key: str
    restored: datetime | None = None
    stale: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """Where the browser sends what is typed."""
        return url_for("typed_keep", key=self.key)


def restore(form: Form, key: str, row: Versioned) -> Typed:
    """Open the form on a row; fill in what its reader typed before, unless that rests on another version."""
    if form.is_submitted():
        return Typed(key)
    kept = db.session.get(TypedText, (current_user.id, key))
    if kept is None:
        form.open_on(row)
        return Typed(key)
    pairs = [(str(name), str(value)) for name, value in kept.fields]
    if read_opened(dict(pairs).get("opened"))["version"] == row.version:
        form.process(formdata=MultiDict(pairs))
        return Typed(key, restored=kept.typed_at)
    form.open_on(row)
    shown = tuple((name, value) for name, value in pairs if name != "opened" and value.strip())
    return Typed(key, restored=kept.typed_at, stale=shown)


def keep(key: str, pairs: list[tuple[str, str]], *, account_id: int, now: datetime) -> None:
    """Keep what one person has typed into one form so far, in place of what was kept before."""
    mine = sa.select(TypedText).where(TypedText.account_id == account_id).order_by(TypedText.typed_at)
    kept = list(db.session.scalars(mine))
    row = next((one for one in kept if one.form == key), None)
    if row is None:
        if len(kept) >= FORMS_MOST:
            db.session.delete(kept[0])
        row = TypedText(account_id=account_id, form=key, typed_at=now, fields=[])
        db.session.add(row)
    row.fields, row.typed_at = [list(pair) for pair in pairs], now


def kept_pairs(key: str, *, account_id: int) -> list[tuple[str, str]]:
    """Return what one person has typed into a form, or sent for a check, so far."""
    row = db.session.get(TypedText, (account_id, key))
    return [(str(name), str(value)) for name, value in row.fields] if row else []


def forget(key: str, *, account_id: int) -> None:
    """Drop what was typed, because the form took effect or its writer no longer wants it."""
    db.session.execute(sa.delete(TypedText).where(TypedText.account_id == account_id, TypedText.form == key))


def done(typed: Typed, url: str, message: str | None = None) -> Response:
    """Finish a form whose text was kept: it has taken effect, so the text goes in the same transaction."""
    forget(typed.key, account_id=current_user.id)
    return finish(url, message)


@requires(Permission.ACCOUNT_SELF)
@repeatable
def keep_view(key: str) -> Response:
    """Keep what a page sends while its reader types."""
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_TYPED]
    if not _KEY.fullmatch(key) or len(key) > 120:
        abort(404)
    if sum(len(name) + len(value) for name, value in pairs) > CHARACTERS_MOST:
        abort(413)
    keep(key, pairs, account_id=current_user.id, now=g.now)
    commit()
    return Response(status=204, mimetype="text/plain")


@requires(Permission.ACCOUNT_SELF)
def discard_view(key: str) -> Response:
    """Drop what was typed and open the form again as the records have it."""
    forget(key, account_id=current_user.id)
    target = request.form.get("next")
    return finish(target if target and is_own_path(target) else url_for("home"))


def init_app(app: Flask) -> None:
    """Give kept text its two addresses."""
    app.add_url_rule("/typed/<key>", "typed_keep", keep_view, methods=["POST"])
    app.add_url_rule("/typed/<key>/discard", "typed_discard", discard_view, methods=["POST"])
