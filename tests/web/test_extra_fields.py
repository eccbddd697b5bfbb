"""Every column of every table sent along with every form: only what the form shows is changed."""

import re
from itertools import count

import pytest
import sqlalchemy as sa
from support import cases
from support.registering import stub
from web.changing_forms import FORMS, send_once

from casework.cases.views import letter_steps
from casework.db import Base, Json, Moment, db

IN_THE_SUITE = {"account", "note", "text of a letter"}
# What is drawn anew each time, or follows from what is.
DRAWN = {
    "hash", "previous_hash", "request_id", "token", "token_hash", "sha256", "code", "password_hash", "totp_secret",
    "content", "size",
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)?")
COLUMNS = {column.key: column for table in Base.metadata.sorted_tables for column in table.columns}


def another(column):
    """Return something that a column of this kind could hold."""
    kind = column.type
    if isinstance(kind, sa.Enum):
        return kind.enums[-1]
    if isinstance(kind, (sa.Date, sa.DateTime, Moment)):
        return "2020-01-02"
    if isinstance(kind, sa.Boolean):
        return "y"
    return "2" if isinstance(kind, (sa.Integer, sa.BigInteger)) else '["x"]' if isinstance(kind, Json) else "x"


def rows_after(app, fresh, monkeypatch, form, extra):
    """Send the form with more fields on a fresh database; return status and all rows, moments as there or not."""
    fresh()
    monkeypatch.setattr(cases, "_numbers", count(1))
    post = send_once(app, form, more=extra)
    status = post().status_code
    with app.app_context():
        tables = [table for table in Base.metadata.sorted_tables if table.name != "sign_in"]
        return status, {table.name: sorted(map(tidy, rows_of(table))) for table in tables}


def rows_of(table):
    return db.session.execute(sa.select(table)).mappings()


def tidy(row):
    """Return a row as text without what is drawn, and without what o'clock it was."""
    told = {name: strip(value) for name, value in row.items() if name not in DRAWN}
    return MOMENT.sub("then", str({name: "then" if hasattr(one, "hour") else one for name, one in told.items()}))


def strip(value):
    """Return a stored value without the drawn things inside."""
    return {name: one for name, one in value.items() if name not in DRAWN} if isinstance(value, dict) else value


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in IN_THE_SUITE else pytest.mark.proof) for name in FORMS]
)
def test_a_form_changes_what_it_shows_and_nothing_else(app, fresh, monkeypatch, name):
    monkeypatch.setattr(letter_steps, "_render", stub)
    plain = rows_after(app, fresh, monkeypatch, FORMS[name], lambda _shown: {})
    extra = lambda shown: {key: another(one) for key, one in COLUMNS.items() if f'name="{key}' not in shown}  # noqa: E731
    laden = rows_after(app, fresh, monkeypatch, FORMS[name], extra)
    assert laden[0] == plain[0]
    for table in plain[1]:
        assert laden[1][table] == plain[1][table], table
