"""Who printed which letter when, alone or many together."""

from collections.abc import Sequence
from datetime import datetime

from casework.audit.actions import record
from casework.db import db
from casework.files.actions import store
from casework.jobs.actions import enqueue
from casework.letters.models import Letter, LetterPrint, PrintRun
from casework.rules.errors import RuleError
from casework.rules.words import N_
from casework.users.models import Account

JOB = "print letters"
LETTERS_MOST = 500
AT_ONCE_MOST = 24  # more are bound in the background


def note_print(letter: Letter, *, by: Account, now: datetime, run: PrintRun | None = None) -> None:
    """Note that somebody fetched the PDF of a numbered letter."""
    db.session.add(LetterPrint(letter_id=letter.id, run=run, printed_by_id=by.id, printed_at=now))
    after: dict[str, object] = {"number": letter.document_number}
    if run is not None:
        after["run"] = run.id
    record("letter printed", "letter", letter.id, by=by, now=now, after=after)


def begin_run(letters: Sequence[Letter], *, by: Account, now: datetime) -> PrintRun:
    """Note letters that are printed together; a long run is handed to the background."""
    if not letters:
        raise RuleError(N_("Choose at least one letter."))
    if len(letters) > LETTERS_MOST:
        raise RuleError(N_("Print at most %(most)s letters together."), most=LETTERS_MOST)
    if any(letter.number is None for letter in letters):
        raise RuleError(N_("Only letters that have their number are printed together."))
    run = PrintRun(made_by_id=by.id, made_at=now)
    db.session.add(run)
    db.session.flush()
    for letter in letters:
        note_print(letter, by=by, now=now, run=run)
    if len(letters) > AT_ONCE_MOST:
        run.job_id = enqueue(JOB, {"run": run.id}, by=by, now=now).id
    return run


def keep_bound(run: PrintRun, content: bytes, *, by: Account, now: datetime) -> None:
    """Keep the PDF of a run, so that a reprint is the same bytes."""
    run.file = store(content, f"打印清单{run.id}.pdf", "application/pdf", by=by, now=now)


def note_fetch(run: PrintRun, *, by: Account, now: datetime) -> None:
    """Note that somebody fetched the PDF of a run."""
    record("letters printed", "print run", run.id, by=by, now=now, after={"letters": len(run.prints)})
