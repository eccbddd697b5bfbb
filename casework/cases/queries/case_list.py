"""The problem list: filtered, sorted and paged by indexes, its totals read from the tally where that knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.cases.models import Case, CaseCause, CaseLetter, CaseTally
from casework.db import db, read_rows
from casework.letters.models import Letter
from casework.registry.models import Enterprise
from casework.registry.search import matches
from casework.rules.causes import Cause
from casework.rules.letters import LetterState
from casework.rules.workflow import State
from casework.users.models import Account, Region
from casework.users.queries import within_reach
from casework.web.lists import Listing, Order, Ordering, list_page

COUNTED_MOST = 2_000  # where only counting tells the total, counting ends here
IS_OPEN = sa.literal_column("\"case\".state <> 'closed'", sa.Boolean)  # as the partial indexes have it, word for word
ORDER = Order(
    {"due": Case.next_due, "short": Case.short, "gap": Case.gap_rate, "listed": Case.listed_at},
    default="due",
    tie=Case.id,
    nullable=frozenset({"due"}),
)


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What the list is narrowed to; no states means every case that is open."""

    cycle_id: int
    state: State | None = None
    closed_too: bool = False
    region_id: int | None = None
    cause: Cause | None = None
    officer_id: int | None = None
    unassigned: bool = False
    overdue: bool = False
    words: str = ""

    @property
    def counted_by_tally(self) -> bool:
        """Whether the tally knows how many there are."""
        return not (self.cause or self.officer_id or self.unassigned or self.overdue or self.words)


def read_filter(args: MultiDict[str, str], cycle_id: int) -> CaseFilter:
    """Read the filter out of the URL; what is not in our tables is not filtered by."""
    state, officer = args.get("state", ""), args.get("officer", "")
    return CaseFilter(
        cycle_id=cycle_id,
        state=State(state) if state in list(State) else None,
        closed_too=state == "all",
        region_id=_number(args.get("region")),
        cause=Cause(args["cause"]) if args.get("cause") in list(Cause) else None,
        officer_id=_number(officer),
        unassigned=officer == "none",
        overdue=args.get("overdue") == "1",
        words=args.get("q", "").strip()[:60],
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: int
    enterprise_id: int
    name: str
    code: str
    region: str
    state: State
    paused: bool
    short: int
    gap_rate: int
    officer: str | None
    next_due: date | None
    provisional: bool
    news_at: datetime
    causes: tuple[Cause, ...] = ()
    letters: int = 0


def conditions(wanted: CaseFilter, reader: Account, *, today: date) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the list for a reader."""
    found: list[sa.ColumnElement[bool]] = [Case.cycle_id == wanted.cycle_id, within_reach(Case.region_id, reader)]
    if wanted.state is not None:
        found.append(Case.state == wanted.state)
    if not wanted.closed_too and wanted.state is not State.CLOSED:
        found.append(IS_OPEN)
    if wanted.region_id is not None:
        found.append(Case.region_id == wanted.region_id)
    if wanted.officer_id is not None or wanted.unassigned:
        found.append(Case.officer_id == wanted.officer_id)
    if wanted.overdue:
        found.append(Case.next_due < today)
    if wanted.cause is not None:
        found.append(sa.exists().where(CaseCause.case_id == Case.id, CaseCause.cause == wanted.cause))
    if wanted.words:
        found.append(Case.enterprise_id.in_(sa.select(Enterprise.id).where(matches(wanted.words))))
    return found


@dataclass(frozen=True)
class CaseListing:
    """A page of the list, how many cases stand in each state, and whether the total is only a lower bound."""

    listing: Listing
    in_state: Mapping[State, int]
    more: bool


def case_list(wanted: CaseFilter, reader: Account, args: MultiDict[str, str], *, today: date) -> CaseListing:
    """Return one page of the list for a reader."""
    where = conditions(wanted, reader, today=today)
    in_state = tally(wanted, reader)
    total = _total(wanted, in_state, where)
    more = not wanted.counted_by_tally and total > COUNTED_MOST
    listing = list_page(
        sa.select(Case.id).where(*where), ORDER, args, total=COUNTED_MOST if more else total, read=_rows_in_order
    )
    return CaseListing(listing, in_state, more)


def tally(wanted: CaseFilter, reader: Account) -> dict[State, int]:
    """Return how many cases of the cycle stand in each state, in the regions wanted."""
    stmt = (
        sa.select(CaseTally.state, sa.func.sum(CaseTally.cases))
        .where(CaseTally.cycle_id == wanted.cycle_id, within_reach(CaseTally.region_id, reader))
        .group_by(CaseTally.state)
    )
    if wanted.region_id is not None:
        stmt = stmt.where(CaseTally.region_id == wanted.region_id)
    found = {state: int(cases) for state, cases in read_rows(stmt)}
    return {state: found.get(state, 0) for state in State}


def _total(wanted: CaseFilter, in_state: Mapping[State, int], where: Sequence[sa.ColumnElement[bool]]) -> int:
    """Return the total; where it must be counted, one more than COUNTED_MOST stands for anything above."""
    if not wanted.counted_by_tally:
        some = sa.select(Case.id).where(*where).limit(COUNTED_MOST + 1).subquery()
        return db.session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    if wanted.state is not None:
        return in_state[wanted.state]
    return sum(cases for state, cases in in_state.items() if wanted.closed_too or state is not State.CLOSED)


_CAUSES = (
    sa.select(sa.func.aggregate_strings(sa.type_coerce(CaseCause.cause, sa.String), ","))
    .where(CaseCause.case_id == Case.id)
    .correlate(Case)
    .scalar_subquery()
)
_LETTERS_IN_FORCE = (
    sa.select(sa.func.count())
    .select_from(CaseLetter)
    .join(Letter, Letter.id == CaseLetter.letter_id)
    .where(CaseLetter.case_id == Case.id, Letter.state == LetterState.REGISTERED)
    .correlate(Case)
    .scalar_subquery()
)
_LINES = (
    sa.select(
        Case.id,
        Case.enterprise_id,
        Enterprise.name,
        Enterprise.code,
        Region.name,
        Case.state,
        Case.paused,
        Case.short,
        Case.gap_rate,
        Account.name,
        Case.next_due,
        Case.next_due_provisional,
        sa.func.coalesce(Case.changed_at, Case.listed_at, type_=Case.listed_at.type),
        _CAUSES,
        _LETTERS_IN_FORCE,
    )
    .join(Enterprise, Enterprise.id == Case.enterprise_id)
    .join(Region, Region.id == Case.region_id)
    .outerjoin(Account, Account.id == Case.officer_id)
)


def _row(*facts: Any) -> Row:
    causes = [Cause(one) for one in sorted((facts[-2] or "").split(",")) if one]
    return Row(*(*facts[:-2], tuple(causes), facts[-1]))


def _rows_in_order(ids: sa.Select[Any], ordering: Ordering) -> list[Row]:
    """Return the lines of the cases of a page: their ids come from an index, the rest is read for these alone."""
    page = ids.subquery()
    return [_row(*facts) for facts in read_rows(_LINES.join(page, page.c.id == Case.id).order_by(*ordering))]


def rows_of(case_ids: Sequence[int]) -> list[Row]:
    """Return the lines of these cases in their order."""
    found = {facts[0]: _row(*facts) for facts in read_rows(_LINES.where(Case.id.in_(case_ids)))}
    return [found[id_] for id_ in case_ids if id_ in found]


def all_rows(wanted: CaseFilter, reader: Account, args: MultiDict[str, str], *, today: date) -> list[Row]:
    """Return every line of the list in its order, for the export."""
    key, down = ORDER.read(args)
    stmt = sa.select(Case.id).where(*conditions(wanted, reader, today=today)).order_by(*ORDER.by(key, down=down))
    ids = list(db.session.scalars(stmt))
    return [row for start in range(0, len(ids), 500) for row in rows_of(ids[start : start + 500])]
