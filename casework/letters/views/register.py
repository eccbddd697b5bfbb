"""The register of documents (发文登记簿): every number of a series, voided ones with their reason, and no gap."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from casework.db import db
from casework.files.kinds import XLSX
from casework.files.views import download
from casework.letters.models import Letter, Series
from casework.letters.queries import letters_within_reach
from casework.letters.stages import stages_of
from casework.letters.views import bp
from casework.rules.deadlines import day_of
from casework.rules.letter_stages import LetterStage
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page
from casework.web.i18n import listed
from casework.web.xlsx import Out, workbook


@dataclass(frozen=True)
class Register:
    """One series: its letters in the order of numbers, and numbers that are missing (there must be none)."""

    prefix: str
    year: int
    letters: list[Letter]
    gaps: list[int]
    first: int
    last: int
    stages: Mapping[int, LetterStage]

    @property
    def ended(self) -> int:
        """How many of its letters were voided or repealed; they keep their numbers."""
        return sum(letter.ended_at is not None for letter in self.letters)


def _series() -> list[tuple[str, int]]:
    rows = db.session.execute(sa.select(Series.prefix, Series.year).order_by(Series.year.desc(), Series.prefix))
    return [(row.prefix, row.year) for row in rows]


def _asked() -> Register | None:
    known = _series()
    named = (request.args.get("prefix", ""), request.args.get("year", type=int))
    chosen = named if named in known else next(iter(known), None)
    if chosen is None:
        return None
    prefix, year = chosen
    stmt = sa.select(Letter).where(Letter.prefix == prefix, Letter.year == year, letters_within_reach(current_user))
    stmt = stmt.options(joinedload(Letter.signer)).order_by(Letter.number)
    letters = list(db.session.scalars(stmt).unique())
    series = db.session.get_one(Series, chosen)
    numbers = {letter.number for letter in letters}
    gaps = [n for n in range(series.first, series.last + 1) if n not in numbers]
    stages = stages_of(letters, stmt.with_only_columns(Letter.id).order_by(None), current_user)
    return Register(prefix, year, letters, gaps, series.first, series.last, stages)


@bp.route("/register")
@requires(Permission.REGISTER_SEE)
def register() -> Page:
    """Show one series."""
    found = _asked()
    return page("letters/register.html", None, register=found, proof=_proof(found) if found else "", series=_series())


def _proof(found: Register) -> str:
    """Say that the series has no gap, or which numbers it lacks."""
    if found.gaps:
        numbers = listed(found.gaps)
        return str(_("Numbers are missing: %(numbers)s. Tell the administrator.", numbers=numbers))
    return str(
        _(
            "Numbers %(first)s to %(last)s without a gap, each once: %(count)s letters, %(ended)s voided or repealed.",
            first=found.first, last=found.last, count=len(found.letters), ended=found.ended,
        )
    )  # fmt: skip


@bp.route("/register.xlsx")
@requires(Permission.REGISTER_SEE)
def register_export() -> Response:
    """Give the series as a workbook."""
    found = _asked()
    head = [
        _("Number"), _("Title"), _("Addressee"), _("Signed on"), _("Signer"), _("Registered on"), _("State"),
        _("Reason"),
    ]  # fmt: skip
    rows = [
        [row.document_number, row.title, row.addressee, row.signing_day, row.signer.name if row.signer else "",
         day_of(row.registered_at) if row.registered_at else None, _(found.stages[row.id].label), row.ended_reason]
        for row in found.letters
    ] if found else []  # fmt: skip
    proof = [Out(_("Completeness"), [[_proof(found)]])] if found else []
    name = f"{_('Register of documents')} {found.prefix if found else ''}{found.year if found else ''}.xlsx"
    return download(workbook([Out(_("Register of documents"), [head, *rows]), *proof]), name, XLSX.media_type)
