"""Doing the same to many rows: each in a transaction of its own, with a result page that stays."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, redirect, request, session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework.audit import actions as audit
from casework.db import CHANGED_MEANWHILE
from casework.rules.errors import RuleError, Stale
from casework.web.forms import say

ROWS_MOST = 500
_DIGITS = 10  # of what is larger than any id
_KEPT = "bulk_result"
Result = tuple[str, str]  # what the row is called, and why it was refused or nothing


def chosen_ids(name: str = "ids", *, sent: MultiDict[str, str] | None = None) -> list[int]:
    """Return the ids of the rows that were ticked in a form, or named in what was sent; what is no id is left out."""
    texts = (request.form if sent is None else sent).getlist(name)
    return [int(one) for one in texts if one.isdecimal() and len(one) < _DIGITS]


def each_alone(ids: Iterable[int], deed: Callable[[int], str], *, result_url: str) -> Response:
    """Do a deed to each row and show what became of each; a deed returns what its row is called.

    The form token is spent before the first row, so that a second post is shown this result and does nothing.
    """
    if "form_token" in g:
        g.form_token.url = result_url
    audit.commit()
    session[_KEPT] = [_alone(one, deed) for one in list(dict.fromkeys(ids))[:ROWS_MOST]]
    return redirect(result_url, 303)


def _alone(row_id: int, deed: Callable[[int], str]) -> Result:
    try:
        name = deed(row_id)
    except (RuleError, StaleDataError) as refusal:
        audit.roll_back()
        why = refusal if isinstance(refusal, RuleError) else Stale(CHANGED_MEANWHILE)
        return g.pop("row_name", str(row_id)), say(why)
    audit.commit()
    return name, ""


@contextmanager
def named(name: str) -> Iterator[None]:
    """Remember what the row at hand is called, for the sentence of a refusal."""
    g.row_name = name
    yield
    g.pop("row_name")


def last_results() -> list[Any]:
    """Return what became of the rows of this session's last deed to many."""
    return list(session.get(_KEPT, []))
