"""Taking back the scan of a letter with its seal: checked, hashed, and locked."""

from datetime import datetime

from casework.audit.actions import record
from casework.db import db
from casework.files.actions import store_upload
from casework.files.kinds import PDF, kind_of
from casework.letters.actions.recipients import WRONG_ROLE
from casework.letters.models import Letter, SealedScan
from casework.letters.pictures import page_count
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.letters import LetterState
from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.users.models import Account


def take_sealed(letter: Letter, content: bytes, name: str, *, by: Account, now: datetime) -> SealedScan:
    """Keep the sealed scan of a letter in force, once and for all; it has as many pages as the letter."""
    if not by.may(Permission.LETTER_REGISTER):
        raise NotAllowed(WRONG_ROLE)
    if letter.state is not LetterState.REGISTERED or letter.pdf is None:
        raise RuleError(N_("Only a letter that is registered and in force comes back with a seal."))
    if letter.sealed is not None:
        raise RuleError(N_("The sealed scan was taken back already; it is never replaced."))
    if kind_of(content) is not PDF:
        raise RuleError(N_("The sealed scan is a PDF: scan the letter again as one."), "scan")
    pages, wanted = page_count(content), page_count(letter.pdf.content)
    if pages != wanted:
        raise RuleError(
            N_("The scan has %(pages)s pages and the letter %(wanted)s: scan every page once, without blank backs."),
            "scan", pages=pages, wanted=wanted,
        )  # fmt: skip
    file = store_upload(content, name, by=by, now=now)
    scan = SealedScan(letter_id=letter.id, file_id=file.id, taken_at=now, taken_by_id=by.id)
    db.session.add(scan)
    letter.touch(now=now)
    db.session.flush()
    record("letter sealed", "letter", letter.id, by=by, now=now, after={"file": file.id, "sha256": file.sha256})
    return scan
