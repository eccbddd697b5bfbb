"""What relief the rules allow the unit of a case, year by year, from the records of today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from casework.cases.models import Case
from casework.cases.queries.rule_sets import InForce, rules_in_force
from casework.db import read_rows
from casework.registry.models import ComplianceYear, Obligation, ObligationCorrection, Surrender
from casework.registry.prices import prices_between, prices_up_to
from casework.rules.deadlines import last_day
from casework.rules.figures import Figure, Record
from casework.rules.penalties import Exposure, PenaltyRegime, exposure, regime_on
from casework.rules.planning import Alternative, Terms, alternatives
from casework.rules.prices import PriceDay, Scenario, average_before, month_before, price_on, scenarios
from casework.rules.relief import Opening, UnitFacts, gap, openings, with_causes
from casework.rules.rule_sets import RuleSet
from casework.rules.words import N_
from casework.settings.queries import setting

_LAST_CORRECTION = (
    sa.select(ObligationCorrection.id)
    .where(ObligationCorrection.obligation_id == Obligation.id)
    .order_by(ObligationCorrection.from_day.desc(), ObligationCorrection.id.desc())
    .limit(1)
    .correlate(Obligation)
    .scalar_subquery()
)
_LAST_SURRENDER = (
    sa.select(Surrender.id)
    .where(Surrender.obligation_id == Obligation.id)
    .order_by(Surrender.day.desc(), Surrender.id.desc())
    .limit(1)
    .correlate(Obligation)
    .scalar_subquery()
)
_YEARS = (
    sa.select(
        ComplianceYear.label, Obligation.verified, Obligation.allocation, Obligation.due, Obligation.surrendered,
        ObligationCorrection.from_day, ObligationCorrection.import_id.label("owed_import"),
        Surrender.day, Surrender.import_id.label("filled_import"),
    )
    .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
    .outerjoin(ObligationCorrection, ObligationCorrection.id == _LAST_CORRECTION)
    .outerjoin(Surrender, Surrender.id == _LAST_SURRENDER)
    .where(ComplianceYear.cycle_id == sa.bindparam("cycle_id"), Obligation.enterprise_id == sa.bindparam("unit_id"))
    .order_by(ComplianceYear.label)
)  # fmt: skip


@dataclass(frozen=True)
class YearOfRelief:
    """One compliance year of a case: the unit's figures, the rules of the year (None: none entered), what they say."""

    year: str
    facts: UnitFacts
    rules: RuleSet | None
    gap: Figure[int] | None
    openings: Sequence[Opening]
    in_force: InForce | None = None


@dataclass(frozen=True)
class Default:
    """What it costs to let the deadline pass: the regime in force on that day, and the amount or why there is none."""

    regime: PenaltyRegime | None
    average: Decimal | None  # of the month before the deadline
    exposure: Exposure


def relief_of(case: Case) -> list[YearOfRelief]:
    """Return what relief is open for each year of the case; what the rules ask besides comes from its causes."""
    causes, in_force, found = {row.cause for row in case.causes}, rules_in_force(), []
    for row in read_rows(_YEARS, {"cycle_id": case.cycle_id, "unit_id": case.enterprise_id}):
        facts = UnitFacts(
            verified=row.verified,
            allocation=row.allocation,
            due=row.due,
            surrendered=row.surrendered,
            sector=case.enterprise.sector.value,
            owed_by=_record(N_("Quantities of the obligation"), row.from_day, row.owed_import),
            filled_by=_record(N_("Last surrender"), row.day, row.filled_import),
        )
        facts = with_causes(facts, causes)
        of_year = in_force.get(row.label)
        rules = of_year.rules if of_year else None
        said = openings(facts, rules) if rules else ()
        found.append(YearOfRelief(row.label, facts, rules, gap(facts, rules) if rules else None, said, of_year))
    return found


def _record(what: str, day: date | None, import_id: int | None) -> tuple[Record, ...]:
    return () if day is None else (Record(what, day, import_id),)


def cost_of_default(case: Case) -> Default:
    """Return what the unit risks if the statutory deadline passes with what is short now."""
    day = last_day(case.cycle.deadline)
    regime, average = regime_on(day), average_before(prices_between(*month_before(day)), day)
    return Default(regime, average, exposure(regime, case.short, average))


def cost_of_buying(case: Case, *, today: date) -> Sequence[Scenario]:
    """Return what buying all that is short costs at the last price, the month's average and a stressed price."""
    return scenarios(case.short, prices_up_to(today, 31), today, stress=setting("price_stress"))


def last_price(*, today: date) -> PriceDay | None:
    """Return the last known day of the market."""
    return price_on(prices_up_to(today, 31), today)


def planned(case: Case, terms: Terms) -> list[Alternative]:
    """Return the mixes of measures that fill what is short; nothing where a short year has no rules."""
    years = [one for one in relief_of(case) if one.facts.short]
    if not years or not all(one.rules for one in years):
        return []
    return alternatives({one.year: (one.facts.short, one.openings) for one in years}, terms)
