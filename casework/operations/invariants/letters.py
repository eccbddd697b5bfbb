"""I3 to I6: numbers without gaps, and bytes that are what they were."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import pypdfium2
import sqlalchemy as sa

from casework.db import db
from casework.files.models import StoredFile
from casework.letters.models import Letter, Series
from casework.operations.invariants.fault import Fault
from casework.rules.letters import NUMBERED_STATES
from casework.rules.words import N_


def numbers_run_without_gap(_now: datetime) -> Iterator[Fault]:
    """I3: per prefix and year the numbers run from the series' first to its last, each once."""
    counted = db.session.execute(
        sa.select(
            Letter.prefix, Letter.year,
            sa.func.count().label("letters"), sa.func.count(sa.distinct(Letter.number)).label("numbers"),
            sa.func.min(Letter.number).label("lowest"), sa.func.max(Letter.number).label("highest"),
        )
        .where(Letter.number.is_not(None))
        .group_by(Letter.prefix, Letter.year)
    )  # fmt: skip
    found = {(row.prefix, row.year): row for row in counted}
    for series in db.session.scalars(sa.select(Series)):
        about = f"{series.prefix}〔{series.year}〕"
        row = found.pop((series.prefix, series.year), None)
        if row is None:
            if series.last >= series.first:
                yield Fault(about, N_("numbers were given out that no letter has"))
            continue
        if row.letters != row.numbers:
            yield Fault(about, N_("a number was given out twice"))
        if (row.lowest, row.highest) != (series.first, series.last) or row.numbers != row.highest - row.lowest + 1:
            yield Fault(about, N_("the numbers have a gap, or do not run from the first to the last given out"))
    for prefix, year in found:
        yield Fault(f"{prefix}〔{year}〕", N_("letters have numbers of a series that does not exist"))


def numbered_iff_registered(_now: datetime) -> Iterator[Fault]:
    """I4: a letter has a number if and only if it was registered."""
    rows = sa.select(Letter.id).where(Letter.state.in_(NUMBERED_STATES) != Letter.number.is_not(None))
    for letter_id in db.session.scalars(rows):
        yield Fault(f"letter {letter_id}", N_("has a number without being registered, or the other way round"))


def registered_have_their_pdf(_now: datetime) -> Iterator[Fault]:
    """I5: a registered letter has its PDF, by its hash, and the PDF's text holds the document number once.

    The code by which it is checked is the one among the facts that were printed.
    """
    columns = (Letter.prefix, Letter.year, Letter.number, Letter.sha256, Letter.code, Letter.facts, StoredFile.content)
    rows = db.session.execute(
        sa.select(Letter.id, *columns)
        .join(StoredFile, StoredFile.id == Letter.pdf_id, isouter=True)
        .where(Letter.number.is_not(None))
        .order_by(Letter.id)
        .execution_options(yield_per=10)
    )
    for row in rows:
        about = f"letter {row.id}"
        if row.content is None:
            yield Fault(about, N_("is registered and has no PDF"))
        elif hashlib.sha256(row.content).hexdigest() != row.sha256:
            yield Fault(about, N_("its PDF is not the one that was registered"))
        elif row.code != ((row.facts or {}).get("verification") or {}).get("code"):
            yield Fault(about, N_("its code is not the one that was printed"))
        elif _pdf_text(row.content).count(f"{row.prefix}〔{row.year}〕{row.number}号") != 1:
            yield Fault(about, N_("its PDF does not hold its document number exactly once"))


def _pdf_text(content: bytes) -> str:
    """Return the text of a PDF without blanks; nothing where it cannot be read."""
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pdf)
    except pypdfium2.PdfiumError:
        return ""


def bytes_are_unchanged(_now: datetime) -> Iterator[Fault]:
    """I6: every stored file is the one whose hash was noted when it came."""
    rows = db.session.execute(
        sa.select(StoredFile.id, StoredFile.sha256, StoredFile.size, StoredFile.content)
        .order_by(StoredFile.id)
        .execution_options(yield_per=10)
    )
    for row in rows:
        if len(row.content) != row.size or hashlib.sha256(row.content).hexdigest() != row.sha256:
            yield Fault(f"file {row.id}", N_("its bytes are not the ones that were stored"))
