"""A plan of a case held against the records and rules of today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casework.cases.models import BEING_DECIDED, Case, Plan, PlanState
from casework.cases.queries.relief import YearOfRelief, relief_of, shortage
from casework.cases.queries.rule_sets import InForce
from casework.rules.cautions import Caution
from casework.rules.measures import MeasureKind
from casework.rules.plan_check import Judged, Measures, PlanSums, cautions_of, judged, sums_of
from casework.rules.planning import MANNERS, Answerable
from casework.settings.queries import setting


@dataclass(frozen=True)
class PlanCheck:
    """What a plan adds up to, what its measures rest on, and what is to be minded about it."""

    years: Sequence[YearOfRelief]
    sums: PlanSums
    measures: tuple[Judged, ...]
    cautions: tuple[Caution, ...]

    @property
    def rule_sets(self) -> Iterator[InForce]:
        """The rule sets that the years of the case stand on, each once."""
        seen = set()
        for one in self.years:
            if one.in_force and one.in_force.mark not in seen:
                seen.add(one.in_force.mark)
                yield one.in_force


def check_of(case: Case, plan: Plan) -> PlanCheck:
    """Return a plan with what the rules in force for the years of its case say of it."""
    years = relief_of(case)
    measures: Measures = [(row.kind, row.tonnes, row.amount) for row in plan.measures]
    openings = [one.openings for one in years]
    sums = sums_of(measures, shortage(years))
    decided = plan.state not in (*BEING_DECIDED, PlanState.RETURNED)
    said = cautions_of(measures, openings, sums.missing.value, setting("price_stress"), decided=decided)
    return PlanCheck(years, sums, judged(measures, openings), said)


def answers_for(kind: MeasureKind, case: Case) -> str:
    """Return who answers for a kind of measure: the department for what it does itself, else the unit."""
    return str(setting("organ")) if MANNERS[kind].by is Answerable.DEPARTMENT else case.enterprise.name
