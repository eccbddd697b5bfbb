"""What a visit to an enterprise needs: assistance and supervision are free in form, an inspection is not."""

from collections.abc import Iterable

from casework.rules.errors import RuleError

INSPECTORS_LEAST = 2


def check_inspectors(certificates: Iterable[str]) -> None:
    """Refuse an inspection by fewer than two officers with certificates of their own (条例 art. 17)."""
    if len({number.strip() for number in certificates if number.strip()}) < INSPECTORS_LEAST:
        raise RuleError(
            "An inspection needs at least two officers who show their certificates: enter both names and numbers.",
            field="officers",
        )
