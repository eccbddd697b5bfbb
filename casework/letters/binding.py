"""Binding the letters of a print run into one PDF, at once or in the background."""

from collections.abc import Callable, Iterator, Sequence

from casework.db import db
from casework.files.models import StoredFile
from casework.letters.batch import Listed, bound
from casework.letters.models import PrintRun
from casework.letters.papers import render_paper
from casework.letters.queries import letters_of_run
from casework.rules.deadlines import day_of
from casework.rules.letter_facts import day_text
from casework.rules.letters import LetterState
from config import FontChoice

REMARKS = {LetterState.VOIDED: "已撤销", LetterState.REPEALED: "已废止"}  # printed, so in Chinese


def bind(run: PrintRun, *, fonts: FontChoice, told: Callable[[int], None] = lambda _done: None) -> bytes:
    """The letters of a run as one PDF, from the bytes that were frozen; `told` hears how many are in."""
    named = {"printed_by": run.made_by.name, "printed_on": day_text(day_of(run.made_at))}

    def cover(rows: Sequence[Listed]) -> bytes:
        sheets = sum(-(-row.pages // 2) for row in rows)
        return render_paper("cover", {"rows": rows, "sheets": sheets, **named}, fonts=fonts)

    return bound(_contents(_listed(run), told), cover)


def _listed(run: PrintRun) -> list[tuple[Listed, int]]:
    """A line of the cover list for each letter, and the number of its file."""
    return [
        (
            Listed(
                str(letter.document_number), letter.title, letter.addressee, remark=REMARKS.get(letter.state, "")
            ),
            int(letter.pdf_id or 0),
        )
        for letter in letters_of_run(run)
    ]  # fmt: skip


def _contents(rows: Sequence[tuple[Listed, int]], told: Callable[[int], None]) -> Iterator[tuple[Listed, bytes]]:
    """The letters' bytes one after another, so that never all of them are held."""
    for done, (row, file_id) in enumerate(rows, 1):
        file = db.session.get_one(StoredFile, file_id)
        yield row, file.content
        db.session.expunge(file)
        told(done)
