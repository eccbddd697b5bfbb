"""What the department sees of a round at a glance: its regions, its units, what changed; a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.cases.models import Case
from casework.db import read_rows
from casework.registry.models import Enterprise
from casework.registry.search import matches
from casework.rounds.models import Report, Round, RoundRegion
from casework.rounds.queries.facts import LastTime, last_times, values_of
from casework.rules.report_forms import Risk, Value
from casework.rules.reports import Change, changes
from casework.rules.rounds import GIVEN, ReportState
from casework.users.models import Account, Region
from casework.users.queries import within_reach
from casework.web.lists import Listing, Order, count, list_page, whole_list

SHOWN = {  # what the list of units may be narrowed to, by its name in the URL
    "waiting": Report.state == ReportState.SUBMITTED,
    "missing": Report.state.in_((ReportState.TO_REPORT, ReportState.RETURNED)),
    "returned": Report.state == ReportState.RETURNED,
    "accepted": Report.state == ReportState.ACCEPTED,
    "changed": sa.and_(Report.state.in_(GIVEN), Report.changed),
    "worse": sa.and_(Report.state.in_(GIVEN), Report.worse != ""),
    "contradicting": sa.and_(Report.state.in_(GIVEN), Report.contradicts != ""),
    "risk": sa.and_(Report.state.in_(GIVEN), Report.risk == "high"),
    "late": Report.first_submitted_at >= Round.due_at,
}
ORDER = Order(
    {"unit": Report.id, "to_buy": Report.to_buy}, default="unit", tie=Report.id, nullable=frozenset({"to_buy"})
)


class RegionRow(NamedTuple):
    """One region's part in a round; a plain row, for a round may ask hundreds of regions."""

    id: int
    name: str
    complete_at: datetime | None
    units: int
    given: int
    accepted: int
    returned: int
    late: int
    changed: int
    worse: int
    contradicting: int
    at_risk: int
    surrendered: int
    to_buy: int

    @property
    def missing(self) -> int:
        """Units of which nothing was given, or that were sent back."""
        return self.units - self.given

    @property
    def waiting(self) -> int:
        """Units that wait for review."""
        return self.given - self.accepted


_NUMBERS = RegionRow._fields[3:]
_COLUMNS: list[Any] = [Region.id, Region.name, *(getattr(RoundRegion, name) for name in RegionRow._fields[2:])]
_REGIONS = (
    sa.select(*_COLUMNS)
    .join(Region, Region.id == RoundRegion.region_id)
    .where(RoundRegion.round_id == sa.bindparam("round_id"))
    .order_by(Region.position, Region.code)
)


def region_rows(round_: Round, reader: Account) -> list[RegionRow]:
    """Return the regions of a round within the reader's own, in their order."""
    stmt = _REGIONS.where(within_reach(RoundRegion.region_id, reader))
    return [RegionRow(*row) for row in read_rows(stmt, {"round_id": round_.id}).all()]


def totals_of(rows: Sequence[RegionRow]) -> dict[str, int]:
    """Add the regions up."""
    columns = list(zip(*rows, strict=True))[3:] if rows else [()] * len(_NUMBERS)
    return {name: sum(numbers) for name, numbers in zip(_NUMBERS, columns, strict=True)}


MANY = 30  # regions; of more a page shows first those that stand out
MOST_FIRST = 12


def standing_out(rows: Sequence[RegionRow]) -> list[RegionRow]:
    """Return the regions to look at first: most missing, then most worse, at high risk, against the records."""
    found = [row for row in rows if row.missing or row.worse or row.at_risk or row.contradicting]
    found.sort(key=lambda row: (row.missing, row.worse, row.at_risk, row.contradicting), reverse=True)
    return found[:MOST_FIRST]


@dataclass(frozen=True, kw_only=True)
class UnitsWanted:
    """What the list of units is narrowed to."""

    show: str = ""
    region_id: int | None = None
    words: str = ""


def read_wanted(args: MultiDict[str, str]) -> UnitsWanted:
    """Read the filter out of the URL; what is not in our tables is not filtered by."""
    region = args.get("region", "")
    return UnitsWanted(
        show=args["show"] if args.get("show") in SHOWN else "",
        region_id=int(region) if region.isdecimal() and len(region) < 9 else None,
        words=args.get("q", "").strip()[:60],
    )


def _units(round_: Round, wanted: UnitsWanted, reader: Account) -> sa.Select[Any]:
    stmt = sa.select(Report.id).where(Report.round_id == round_.id, within_reach(Report.region_id, reader))
    if wanted.show == "late":
        stmt = stmt.join(Round, Round.id == Report.round_id)
    if wanted.show:
        stmt = stmt.where(SHOWN[wanted.show])
    if wanted.region_id is not None:
        stmt = stmt.where(Report.region_id == wanted.region_id)
    if wanted.words:
        unit = sa.select(Case.id).join(Enterprise, Enterprise.id == Case.enterprise_id).where(matches(wanted.words))
        stmt = stmt.where(Report.case_id.in_(unit))
    return stmt


class ReportLine(NamedTuple):
    """What a list shows of a report: columns and no entity, for it is read for every line."""

    id: int
    round_id: int
    case_id: int
    state: ReportState
    surrendered: int | None
    to_buy: int | None
    risk: Risk | None
    worse: str
    contradicts: str
    changed: bool
    no_change: bool
    return_reason: str
    first_submitted_at: datetime | None
    submitted: Any
    unit: str
    code: str
    region: str


_LINE: list[Any] = [getattr(Report, name) for name in ReportLine._fields[:-3]]
_LINES = (
    sa.select(*_LINE, Enterprise.name, Enterprise.code, Region.name)
    .join(Case, Case.id == Report.case_id)
    .join(Enterprise, Enterprise.id == Case.enterprise_id)
    .join(Region, Region.id == Report.region_id)
    .where(Report.id.in_(sa.bindparam("ids", expanding=True)))
)


def _lines(ids: Sequence[int]) -> list[ReportLine]:
    """Read these reports, in this order."""
    found = {row[0]: ReportLine(*row) for row in read_rows(_LINES, {"ids": ids}).all()}
    return [found[id_] for id_ in ids]


@dataclass(frozen=True)
class UnitRow:
    """A line of the list of units: the report, and what changed since the last one."""

    report: ReportLine
    changes: Sequence[Change]
    form: LastTime

    @property
    def values(self) -> dict[str, Value | None]:
        """What was reported, nothing before it was submitted."""
        return values_of(self.form.fields, self.report.submitted)


def unit_list(
    round_: Round, wanted: UnitsWanted, reader: Account, args: MultiDict[str, str], *, totals: Mapping[str, int],
) -> Listing:  # fmt: skip
    """Return one page of the units; how many there are is known from the tallies unless region and words narrow it."""
    stmt = _units(round_, wanted, reader)
    plain = wanted.region_id is None and not wanted.words
    total = _total(wanted.show, totals) if plain else count(stmt)

    def read(ids: sa.Select[Any], _ordering: tuple[Any, ...]) -> list[UnitRow]:
        return with_changes(round_, _lines(read_rows(ids).scalars().all()))

    return list_page(stmt, ORDER, args, total=total, read=read)


def _total(show: str, totals: Mapping[str, int]) -> int:
    if show == "waiting":
        return totals["given"] - totals["accepted"]
    if show == "missing":
        return totals["units"] - totals["given"]
    return totals[{"": "units", "risk": "at_risk"}.get(show, show)]


def with_changes(round_: Round, reports: Sequence[ReportLine]) -> list[UnitRow]:
    """Hold these reports of a round against the last ones."""
    forms = last_times(round_, reports)
    return [UnitRow(report, _changes(report, forms[report.id]), forms[report.id]) for report in reports]


def _changes(report: ReportLine, form: LastTime) -> Sequence[Change]:
    if report.first_submitted_at is None:
        return ()
    return changes(form.fields, values_of(form.fields, report.submitted), form.last)


def all_units(round_: Round, wanted: UnitsWanted, reader: Account, args: MultiDict[str, str]) -> list[UnitRow]:
    """Return every unit of the list in its order, for the export."""
    ids = list(whole_list(_units(round_, wanted, reader), ORDER, args))
    found: list[UnitRow] = []
    for start in range(0, len(ids), 500):
        found += with_changes(round_, _lines(ids[start : start + 500]))
    return found
