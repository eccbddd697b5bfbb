"""What a visit to an enterprise needs: assistance and supervision are free in form, an inspection is not."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from casework.rules.errors import RuleError
from casework.rules.words import N_

INSPECTORS_LEAST = 2


def visit_refusals(
    *,
    day: date | None,
    people: Sequence[tuple[str, str]],
    inspection: bool,
    due_days: Iterable[tuple[str, date | None]],
    today: date,
) -> Iterator[RuleError]:
    """Say everything that is wrong with a visit: people are names with certificates, due days named by their fields.

    An inspection takes two officers or more with certificates of their own (条例 art. 17).
    """
    if day is not None and day > today:
        yield RuleError(N_("This day lies in the future."), "day")
    if not people:
        yield RuleError(N_("Say who took part."), "officers")
    elif inspection and len({number.strip() for _name, number in people if number.strip()}) < INSPECTORS_LEAST:
        yield RuleError(
            N_("An inspection needs at least two officers who show their certificates: enter both names and numbers."),
            "officers",
        )
    for field, due_day in due_days:
        if day is not None and due_day is not None and due_day < day:
            yield RuleError(N_("What is to follow cannot be due before the visit."), field)
