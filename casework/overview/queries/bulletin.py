"""What the records say for a bulletin: completion by region, the last frozen round, letters without reply."""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from casework.db import db, read_rows
from casework.letters.models import Letter, Recipient
from casework.letters.queries import letters_within_reach
from casework.registry.figures import added, completion_by_region
from casework.registry.models import Cycle
from casework.rounds.models import Round
from casework.rounds.queries.overview import region_rows, totals_of
from casework.rules.bulletins import BulletinFacts, RegionFacts
from casework.rules.letters import LetterKind, LetterState
from casework.rules.rounds import RoundState
from casework.users.models import Account


def bulletin_facts(cycle: Cycle, reader: Account, *, today: date) -> BulletinFacts:
    """The facts of a cycle as of today, with those of its last frozen round."""
    figures = completion_by_region(reader, cycle_id=cycle.id)
    rounds = _frozen_rounds(cycle)
    rows = [{row.id: row for row in region_rows(one, reader)} for one in rounds]
    latest, sums = rows[0] if rows else {}, [totals_of(list(one.values())) for one in rows]
    unanswered = _unanswered(today)
    return BulletinFacts(
        day=today,
        total=added(one.figures for one in figures),
        milestone=_milestone(cycle, today),
        regions=tuple(
            RegionFacts(
                name=one.region, figures=one.figures, unanswered=unanswered.get(one.region_id, 0),
                **_reported(latest.get(one.region_id)),
            )
            for one in figures
        ),
        round_number=rounds[0].number if rounds else None,
        changed=sums[0]["changed"] if sums else 0,
        worse=sums[0]["worse"] if sums else 0,
        surrendered_since=sums[0]["surrendered"] - sums[1]["surrendered"] if len(sums) > 1 else None,
    )  # fmt: skip


def _reported(row: object) -> dict[str, int]:
    counts = getattr(row, "counts", None)
    if counts is None:
        return {}
    return {"units": counts["units"], "on_time": counts["given"] - counts["late"], "at_risk": counts["at_risk"]}


def _milestone(cycle: Cycle, today: date) -> tuple[date, Decimal] | None:
    passed = sorted((one.day, one.share) for one in cycle.milestones if one.day <= today)
    return (passed[-1][0], Decimal(passed[-1][1]) / 100) if passed else None


def _frozen_rounds(cycle: Cycle) -> list[Round]:
    stmt = sa.select(Round).where(Round.cycle_id == cycle.id, Round.state == RoundState.FROZEN)
    return list(db.session.scalars(stmt.order_by(Round.number.desc()).limit(2)).unique())


def _unanswered(today: date) -> dict[int, int]:
    stmt = sa.select(Recipient.region_id, sa.func.count()).join(Letter, Letter.id == Recipient.letter_id)
    stmt = stmt.where(Letter.state == LetterState.REGISTERED, Recipient.replied_day.is_(None))
    stmt = stmt.where(Recipient.reply_due < today, Recipient.enterprise_id.is_(None)).group_by(Recipient.region_id)
    return {row[0]: int(row[1]) for row in read_rows(stmt)}


def bulletins(reader: Account) -> sa.Select[Any]:
    """The bulletins that the reader may see."""
    return sa.select(Letter).where(Letter.kind == LetterKind.BULLETIN, letters_within_reach(reader))
