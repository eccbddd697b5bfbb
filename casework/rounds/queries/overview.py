"""What the department sees of a round at a glance: its regions, its units, what changed; a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, defer, joinedload, lazyload, load_only
from werkzeug.datastructures import MultiDict

from casework.cases.models import Case
from casework.db import db, read_rows
from casework.registry.models import Enterprise
from casework.registry.search import matches
from casework.rounds.models import Report, Round, RoundRegion
from casework.rounds.queries.facts import LastTime, last_times, values_of
from casework.rules.report_forms import Value
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
COUNTS = ("units", "given", "accepted", "returned", "late", "changed", "worse", "contradicting", "at_risk")
SUMS = ("surrendered", "to_buy")


@dataclass(frozen=True)
class RegionRow:
    """One region's part in a round."""

    id: int
    name: str
    complete_at: Any
    counts: Mapping[str, int]

    @property
    def missing(self) -> int:
        """Units of which nothing was given, or that were sent back."""
        return self.counts["units"] - self.counts["given"]

    @property
    def waiting(self) -> int:
        """Units that wait for review."""
        return self.counts["given"] - self.counts["accepted"]


_COLUMNS = [getattr(RoundRegion, name) for name in (*COUNTS, *SUMS)]


def region_rows(round_: Round, reader: Account) -> list[RegionRow]:
    """Return the regions of a round within the reader's own, in their order."""
    stmt = (
        sa.select(Region.id, Region.name, RoundRegion.complete_at, *_COLUMNS)
        .join(Region, Region.id == RoundRegion.region_id)
        .where(RoundRegion.round_id == round_.id, within_reach(RoundRegion.region_id, reader))
        .order_by(Region.position, Region.code)
    )
    names = (*COUNTS, *SUMS)
    return [
        RegionRow(id_, name, complete_at, dict(zip(names, numbers, strict=True)))
        for id_, name, complete_at, *numbers in read_rows(stmt)
    ]


def totals_of(rows: Sequence[RegionRow]) -> dict[str, int]:
    """Add the regions up."""
    return {name: sum(row.counts[name] for row in rows) for name in (*COUNTS, *SUMS)}


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


_IN_FULL = (  # with what a line shows, and no more
    sa.select(Report)
    .join(Report.case)
    .join(Case.enterprise)
    .options(
        defer(Report.typed),
        defer(Report.values),
        contains_eager(Report.case).options(
            load_only(Case.enterprise_id, Case.version),
            contains_eager(Case.enterprise).options(
                load_only(Enterprise.name, Enterprise.code, Enterprise.version), lazyload(Enterprise.region)
            ),
        ),
        joinedload(Report.region, innerjoin=True).load_only(Region.name, Region.version),
    )
)


@dataclass(frozen=True)
class UnitRow:
    """A line of the list of units: the report, and what changed since the last one."""

    report: Report
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

    def read(ids: sa.Select[Any], ordering: tuple[Any, ...]) -> list[UnitRow]:
        page = ids.subquery()
        reports = db.session.scalars(_IN_FULL.join(page, page.c.id == Report.id).order_by(*ordering)).unique().all()
        return with_changes(round_, reports)

    return list_page(stmt, ORDER, args, total=total, read=read)


def _total(show: str, totals: Mapping[str, int]) -> int:
    if show == "waiting":
        return totals["given"] - totals["accepted"]
    if show == "missing":
        return totals["units"] - totals["given"]
    return totals[{"": "units", "risk": "at_risk"}.get(show, show)]


def with_changes(round_: Round, reports: Sequence[Report]) -> list[UnitRow]:
    """Hold these reports of a round against the last ones."""
    forms = last_times(round_, reports)
    return [UnitRow(report, _changes(report, forms[report.id]), forms[report.id]) for report in reports]


def _changes(report: Report, form: LastTime) -> Sequence[Change]:
    if report.first_submitted_at is None:
        return ()
    return changes(form.fields, values_of(form.fields, report.submitted), form.last)


def all_units(round_: Round, wanted: UnitsWanted, reader: Account, args: MultiDict[str, str]) -> list[UnitRow]:
    """Return every unit of the list in its order, for the export."""
    ids = list(whole_list(_units(round_, wanted, reader), ORDER, args))
    found: list[UnitRow] = []
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        by_id = {report.id: report for report in db.session.scalars(_IN_FULL.where(Report.id.in_(part))).unique()}
        found += with_changes(round_, [by_id[id_] for id_ in part])
    return found
