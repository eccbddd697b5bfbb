"""What enterprises owe and surrender: entered, corrected, and the derived columns written in the same breath."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.audit.actions import Who, record
from casework.db import db
from casework.registry.actions.followers import tell_followers
from casework.registry.models import ComplianceYear, Enterprise, Obligation, ObligationCorrection, Surrender
from casework.registry.queries import tonnes_by_day
from casework.registry.surrenders import last_day_of
from casework.rules.compliance import shortfall
from casework.rules.deadlines import day_of
from casework.rules.errors import RuleError


@dataclass(frozen=True)
class Quantities:
    """Verified emissions, final allocation and due quantity, in tonnes."""

    verified: int
    allocation: int
    due: int


def enter_obligation(
    enterprise: Enterprise, year: ComplianceYear, quantities: Quantities, *, by: Who, now: datetime
) -> Obligation:
    """Enter what an enterprise owes for a year."""
    check_quantities(quantities)
    obligation = new_obligation(enterprise, year, quantities)
    db.session.add(obligation)
    db.session.flush()
    db.session.add(first_correction(obligation, by=by, now=now))
    record("obligation entered", "obligation", obligation.id, by=by, now=now, after=as_facts(obligation))
    tell_followers([enterprise.id], now=now)
    return obligation


def correct_obligation(
    obligation: Obligation, quantities: Quantities, *, reason: str, by: Who, now: datetime
) -> Obligation:
    """Correct the quantities from today on; what held before stays known."""
    check_quantities(quantities)
    before = as_facts(obligation)
    if quantities == Quantities(obligation.verified, obligation.allocation, obligation.due):
        raise RuleError("These are the quantities that stand already.")
    db.session.add(correct(obligation, quantities, reason=reason, by=by, now=now))
    obligation.touch(now=now)
    record(
        "obligation corrected", "obligation", obligation.id, by=by, now=now, before=before, after=as_facts(obligation)
    )
    tell_followers([obligation.enterprise_id], now=now)
    return obligation


def add_surrender(obligation: Obligation, day: date, tonnes: int, *, reason: str, by: Who, now: datetime) -> Surrender:
    """Record what was surrendered on a day; a correction is negative and needs a reason."""
    known = tonnes_by_day([obligation.id]).get(obligation.id, {})
    if tonnes == 0:
        raise RuleError("Enter a quantity other than 0.", field="tonnes")
    if day > day_of(now):
        raise RuleError("The day of a surrender cannot lie in the future.", field="day")
    if tonnes < 0 and not reason:
        raise RuleError("A correction needs a reason.", field="reason")
    if sum(known.values()) + tonnes < 0:
        raise RuleError("More would be taken back than was surrendered.", field="tonnes")
    before = as_facts(obligation)
    row = Surrender(obligation_id=obligation.id, day=day, tonnes=tonnes, reason=reason, **recorded(by=by, now=now))
    db.session.add(row)
    write_derived(obligation, known, [(day, tonnes)])
    obligation.touch(now=now)
    db.session.flush()
    record("surrender", "obligation", obligation.id, by=by, now=now, before=before, after=as_facts(obligation))
    tell_followers([obligation.enterprise_id], now=now)
    return row


def check_quantities(quantities: Quantities) -> None:
    """Refuse negative quantities."""
    for field in ("verified", "allocation", "due"):
        if getattr(quantities, field) < 0:
            raise RuleError("A quantity must not be negative.", field=field)


def new_obligation(enterprise: Enterprise, year: ComplianceYear, quantities: Quantities) -> Obligation:
    """An obligation of which nothing was surrendered yet."""
    return Obligation(
        enterprise=enterprise,
        year=year,
        verified=quantities.verified,
        allocation=quantities.allocation,
        due=quantities.due,
        surrendered=0,
        short=shortfall(quantities.due, 0),
    )


def first_correction(
    obligation: Obligation, *, by: Who, now: datetime, import_id: int | None = None
) -> ObligationCorrection:
    """The dated row of how an obligation was entered."""
    return _dated(obligation, "", by=by, now=now, import_id=import_id)


def correct(
    obligation: Obligation, quantities: Quantities, *, reason: str, by: Who, now: datetime, import_id: int | None = None
) -> ObligationCorrection:
    """Let other quantities hold from today on, and derive the shortfall anew."""
    obligation.verified = quantities.verified
    obligation.allocation = quantities.allocation
    obligation.due = quantities.due
    obligation.short = shortfall(obligation.due, obligation.surrendered)
    return _dated(obligation, reason, by=by, now=now, import_id=import_id)


def _dated(
    obligation: Obligation, reason: str, *, by: Who, now: datetime, import_id: int | None
) -> ObligationCorrection:
    return ObligationCorrection(
        obligation_id=obligation.id,
        from_day=day_of(now),
        verified=obligation.verified,
        allocation=obligation.allocation,
        due=obligation.due,
        reason=reason,
        **recorded(by=by, now=now, import_id=import_id),
    )


def write_derived(obligation: Obligation, known: Mapping[date, int], added: Sequence[tuple[date, int]]) -> None:
    """Write what follows from the surrender rows: total, last day, shortfall."""
    tonnes = dict(known)
    for day, quantity in added:
        tonnes[day] = tonnes.get(day, 0) + quantity
    obligation.surrendered = sum(tonnes.values())
    obligation.last_surrender_day = last_day_of(tonnes)
    obligation.short = shortfall(obligation.due, obligation.surrendered)


def recorded(*, by: Who, now: datetime, import_id: int | None = None) -> dict[str, object]:
    """Who recorded a row, when, and out of which import."""
    return {"recorded_by_id": by.audit_id, "recorded_at": now, "import_id": import_id}


def as_facts(obligation: Obligation) -> dict[str, object]:
    """The figures as the trail keeps them."""
    fields = ("verified", "allocation", "due", "surrendered", "last_surrender_day", "short")
    return {field: getattr(obligation, field) for field in fields}
