"""Who printed which letter when."""

from datetime import datetime

from casework.audit.actions import record
from casework.letters.models import Letter
from casework.users.models import Account


def note_print(letter: Letter, *, by: Account, now: datetime) -> None:
    """Note that somebody fetched the PDF of a numbered letter."""
    record("letter printed", "letter", letter.id, by=by, now=now, after={"number": letter.document_number})
