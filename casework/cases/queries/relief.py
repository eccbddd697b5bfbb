"""What relief the rules allow the unit of a case, year by year, from the records of today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from casework.cases.models import Case
from casework.cases.queries.owed import owed_by
from casework.cases.queries.rule_sets import InForce, rules_in_force
from casework.registry.prices import prices_between, prices_up_to
from casework.rules.deadlines import last_day
from casework.rules.figures import Figure, Record, added
from casework.rules.measures import MeasureKind
from casework.rules.penalties import Exposure, PenaltyRegime, exposure, regime_on
from casework.rules.planning import Alternative, Terms, alternatives
from casework.rules.prices import PriceDay, Scenario, average_before, month_before, price_on, scenarios
from casework.rules.relief import Opening, gap, openings, rate_of_gap
from casework.rules.rule_sets import RuleSet
from casework.rules.unit_facts import UnitFacts, spent_since, with_causes
from casework.rules.words import N_
from casework.settings.queries import setting


@dataclass(frozen=True)
class YearOfRelief:
    """One compliance year of a case: the unit's figures, the rules of the year (None: none entered), what they say."""

    year: str
    facts: UnitFacts
    rules: RuleSet | None
    gap: Figure[int] | None
    gap_rate: Figure[Decimal | None] | None
    openings: Sequence[Opening]
    in_force: InForce | None = None


@dataclass(frozen=True)
class Default:
    """What it costs to let the deadline pass: the regime in force on that day, and the amount or why there is none."""

    regime: PenaltyRegime | None
    exposure: Exposure


def relief_of(case: Case) -> list[YearOfRelief]:
    """Return what relief is open for each year of the case; what the rules ask besides comes from its causes."""
    causes, in_force, held, found = {row.cause for row in case.causes}, rules_in_force(), case.holdings, []
    years = owed_by(case)
    spent = spent_since(case.holdings_day, (row.day for one in years for row in one.facts.filled_by))
    for one in years:
        facts = replace(with_causes(one.facts, causes), holdings=held, held_by=_held_by(case), holdings_spent=spent)
        of_year = in_force.get(one.year)
        if of_year is None:
            found.append(YearOfRelief(one.year, facts, None, None, None, ()))
        else:
            rules = of_year.rules
            said = openings(facts, rules)
            figures = gap(facts, rules), rate_of_gap(facts, rules)
            held = _left_of(held, said)
            found.append(YearOfRelief(one.year, facts, rules, *figures, said, of_year))
    return found


def _held_by(case: Case) -> tuple[Record, ...]:
    what = N_("Confirmed holdings")
    return (Record(what, case.holdings_day, by=case.holdings_source),) if case.holdings_day else ()


def _left_of(held: int | None, said: Sequence[Opening]) -> int | None:
    """Return what the accounts hold beyond what compulsory surrender may take for a year: it serves the next."""
    taken = next((one.most.value for one in said if one.kind is MeasureKind.COMPULSORY and one.most), 0)
    return None if held is None else held - taken


def shortage(years: Sequence[YearOfRelief]) -> Figure[int]:
    """Return what is short over the years; a surplus of one does not fill another."""
    return added(one.facts.shortage for one in years)


def cost_of_default(case: Case, short: Figure[int]) -> Default:
    """Return what the unit risks if the statutory deadline passes with what is short now."""
    day = last_day(case.cycle.deadline)
    regime, average = regime_on(day), average_before(prices_between(*month_before(day)), day)
    return Default(regime, exposure(regime, short, average))


def cost_of_buying(short: Figure[int], *, today: date) -> Sequence[Scenario]:
    """Return what buying all that is short costs at the last price, the month's average and a stressed price."""
    return scenarios(short, prices_up_to(today, 31), today, stress=setting("price_stress"))


def last_price(*, today: date) -> PriceDay | None:
    """Return the last known day of the market."""
    return price_on(prices_up_to(today, 31), today)


def planned(years: Sequence[YearOfRelief], terms: Terms) -> list[Alternative]:
    """Return the mixes of measures that fill what is short; nothing where a short year has no rules."""
    short = [one for one in years if one.facts.short]
    if not short or not all(one.rules for one in short):
        return []
    return alternatives({one.year: (one.facts.shortage, one.openings) for one in short}, terms)
