"""Attaching files to a case and to what hangs on it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from casework.cases.actions.steps import take_step
from casework.cases.models import Case, CaseFile
from casework.db import db
from casework.files.actions import store_upload
from casework.rules.errors import RuleError
from casework.rules.workflow import Step
from casework.users.models import Account
from casework.web.fields import Upload


def attach(
    case: Case,
    uploads: Iterable[Upload],
    *,
    belongs_to: str,
    belongs_id: int | None = None,
    title: str = "",
    by: Account,
    now: datetime,
) -> dict[str, Any]:
    """Keep files with the case; return what the history says of them, nothing if none came."""
    names = []
    for upload in uploads:
        try:
            stored = store_upload(upload.content, upload.name, by=by, now=now)
        except RuleError as error:
            raise RuleError(error.message, field="files", **error.params) from None
        db.session.add(
            CaseFile(case_id=case.id, file_id=stored.id, belongs_to=belongs_to, belongs_id=belongs_id, title=title)
        )
        names.append(stored.name)
    return {"files": [None, "、".join(names)]} if names else {}


def attach_to_case(
    case: Case, title: str, uploads: Iterable[Upload], *, by: Account, now: datetime, today: date
) -> None:
    """Keep files that belong to the case as a whole; the history notes them as progress."""
    details = attach(case, uploads, belongs_to="case", title=title, by=by, now=now)
    take_step(case, Step.NOTE, by=by, now=now, today=today, reason=title, details=details)
