"""The lists behind the numbers of the overview: obligations, cases and letters as of a day, narrowed by the URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from casework.cases.models import Case, CaseCause, CaseEvent
from casework.cases.queries.as_of import answered_by, is_open, states_on
from casework.letters.models import Letter, Recipient
from casework.overview.queries.effort import histories
from casework.overview.queries.glance_cases import lately, short_on, since_of
from casework.overview.queries.glance_letters import Reply, seen, stands
from casework.registry.as_of import owed_on
from casework.registry.models import ComplianceYear, Cycle, Enterprise
from casework.rules.causes import Cause
from casework.rules.leading import RECENT, Age, Then, followed_by
from casework.rules.letters import LetterKind
from casework.rules.words import N_
from casework.rules.workflow import State, Step
from casework.users.models import Account, Region
from casework.users.queries import within_reach
from casework.web.lists import Order


class Standing(StrEnum):
    """What obligations a list is narrowed to; `label` is the English msgid."""

    ON_TIME = "on_time"
    LATE = "late"
    SHORT = "short"
    GAINED = "gained"
    MOVED = "moved"

    @property
    def label(self) -> str:
        """English msgid."""
        return _STANDINGS[self]


_STANDINGS = {
    Standing.ON_TIME: N_("Completed on time"),
    Standing.LATE: N_("Completed late"),
    Standing.SHORT: N_("Not completed"),
    Standing.GAINED: N_("Completed in the last 30 days"),
    Standing.MOVED: N_("Surrendered in the last 30 days"),
}


class Move(StrEnum):
    """Whether cases came into a state lately, or went out of it; `label` is the English msgid."""

    CAME = "came"
    WENT = "went"

    @property
    def label(self) -> str:
        """English msgid."""
        return {Move.CAME: N_("came in the last 30 days"), Move.WENT: N_("went in the last 30 days")}[self]


CHOICES: Mapping[str, type[StrEnum]] = {
    "standing": Standing, "state": State, "move": Move, "age": Age, "cause": Cause, "step": Step, "then": Then,
    "kind": LetterKind, "reply": Reply,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A cycle, a day, and what a list is narrowed to."""

    cycle: Cycle
    day: date
    chosen: Mapping[str, Any]  # by the names of CHOICES
    region_id: int | None = None
    officer_id: int | None = None
    nobody: bool = False

    @classmethod
    def of(cls, args: MultiDict[str, str], cycle: Cycle, day: date) -> "Asked":
        """Read the URL; what is not in our tables is not filtered by."""
        known = {name: kind for name, kind in CHOICES.items() if args.get(name) in set(kind)}
        return cls(
            cycle, day, {name: kind(args[name]) for name, kind in known.items()},
            _number(args.get("region")), _number(args.get("officer")), args.get("officer") == "none",
        )  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def units(asked: Asked, reader: Account) -> tuple[sa.Select[Any], Order]:
    """Obligations of the cycle: id, name, region, year, due, surrendered, short, gained."""
    standing, owed = asked.chosen.get("standing"), owed_on(asked.cycle, asked.day)
    full, short = owed.c.surrendered >= owed.c.due, owed.c.due - owed.c.surrendered
    missing = sa.case((short > 0, short), else_=0).label("short")
    gained: Any = sa.literal(0)
    conditions: dict[Any, Any] = {
        Standing.ON_TIME: sa.and_(full, owed.c.in_time >= owed.c.due),
        Standing.LATE: sa.and_(full, owed.c.in_time < owed.c.due),
        Standing.SHORT: sa.not_(full),
    }
    joined: sa.FromClause = owed
    if standing in {Standing.GAINED, Standing.MOVED}:
        before = owed_on(asked.cycle, asked.day - timedelta(days=RECENT), name="before")
        joined = owed.join(before, before.c.obligation_id == owed.c.obligation_id)
        gained = owed.c.surrendered - before.c.surrendered
        conditions[Standing.GAINED] = sa.and_(full, before.c.surrendered < before.c.due)
        conditions[Standing.MOVED] = gained != 0
    stmt = (
        sa.select(
            owed.c.obligation_id.label("id"), Enterprise.name, Region.name.label("region"),
            ComplianceYear.label.label("year"), owed.c.due, owed.c.surrendered, missing, gained.label("gained"),
        )
        .select_from(joined)
        .join(Enterprise, Enterprise.id == owed.c.enterprise_id)
        .join(Region, Region.id == Enterprise.region_id)
        .join(ComplianceYear, ComplianceYear.id == owed.c.year_id)
        .where(within_reach(Enterprise.region_id, reader), conditions.get(standing, sa.true()))
    )  # fmt: skip
    if asked.region_id is not None:
        stmt = stmt.where(Enterprise.region_id == asked.region_id)
    columns = {"name": Enterprise.name, "due": owed.c.due, "surrendered": owed.c.surrendered, "short": missing}
    return stmt, Order(columns, default="-short", tie=owed.c.obligation_id)


def cases(asked: Asked, reader: Account) -> tuple[sa.Select[Any], Order]:
    """Cases of the cycle: id, name, region, state, since, short, officer."""
    standing, owed = states_on(asked.cycle.id, asked.day, reader), short_on(asked.cycle, asked.day)
    short = sa.func.coalesce(owed.c.short, 0).label("short")
    stmt = (
        sa.select(
            Case.id, Enterprise.name, Region.name.label("region"), standing.c.state, standing.c.since, short,
            Account.name.label("officer"),
        )
        .join(standing, standing.c.case_id == Case.id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(Region, Region.id == Case.region_id)
        .outerjoin(owed, owed.c.enterprise_id == Case.enterprise_id)
        .outerjoin(Account, Account.id == Case.officer_id)
        .where(*_of_cases(asked, standing, reader))
    )  # fmt: skip
    columns = {"name": Enterprise.name, "since": standing.c.since, "short": short}
    return stmt, Order(columns, default="-short", tie=Case.id)


def _of_cases(asked: Asked, standing: sa.Subquery, reader: Account) -> list[sa.ColumnElement[bool]]:
    chosen, found = asked.chosen, list[sa.ColumnElement[bool]]()
    state, move = chosen.get("state"), chosen.get("move")
    if state and move:
        column = CaseEvent.to_state if move is Move.CAME else CaseEvent.from_state
        found.append(sa.exists().where(CaseEvent.case_id == Case.id, column == state, lately(asked.day)))
    elif state:
        found.append(standing.c.state == state)
    elif "step" not in chosen:
        found.append(is_open(standing))
    if "age" in chosen:
        found.append(since_of(chosen["age"], asked.day, standing.c.since))
    if "cause" in chosen:
        found.append(sa.exists().where(CaseCause.case_id == Case.id, CaseCause.cause == chosen["cause"]))
    if "step" in chosen:
        cases, then = followed_by(chosen["step"], histories(asked.cycle.id, day=asked.day, reader=reader))
        found.append(Case.id.in_(then[chosen["then"]] if "then" in chosen else cases))
    if asked.region_id is not None:
        found.append(Case.region_id == asked.region_id)
    if asked.officer_id is not None or asked.nobody:
        found.append(Case.officer_id == asked.officer_id)
    return found


def letters(asked: Asked, reader: Account) -> tuple[sa.Select[Any], Order]:
    """Recipients of letters about the cycle's cases: id, title, number, kind, recipient, registered, due, replied."""
    replied = sa.case((answered_by(asked.day), Recipient.replied_day), else_=None).label("replied")
    stmt = (
        sa.select(
            Letter.id, Letter.title, Letter.document_number.label("number"), Letter.kind,
            Recipient.name.label("recipient"), Letter.registered_at.label("registered"),
            Recipient.reply_due.label("due"), replied, answered_by(asked.day).label("answered"),
        )
        .join(Recipient, Recipient.letter_id == Letter.id)
        .where(
            seen(asked.cycle.id, asked.day, reader), stands(asked.chosen.get("reply", Reply.OUT), asked.day)
        )
    )  # fmt: skip
    if "kind" in asked.chosen:
        stmt = stmt.where(Letter.kind == asked.chosen["kind"])
    columns = {"registered": Letter.registered_at, "due": Recipient.reply_due}
    return stmt, Order(columns, default="-registered", tie=Recipient.id, nullable=frozenset({"due"}))


LISTS = {"units": units, "cases": cases, "letters": letters}
