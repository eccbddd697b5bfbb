"""Surrenders as dated rows, and the rows that bring them to what a table of totals says."""

from collections.abc import Mapping
from datetime import date


def last_day_of(tonnes_by_day: Mapping[date, int]) -> date | None:
    """The last day on which anything stands."""
    return max((day for day, tonnes in tonnes_by_day.items() if tonnes), default=None)


def rows_to_reach(tonnes_by_day: Mapping[date, int], total: int, last: date | None) -> list[tuple[date, int]]:
    """The rows to add so that the sum is `total` and the last day on which anything stands is `last`.

    Usually one row: the difference, on the last day; a negative one is a correction. Where the table contradicts
    the days recorded so far, these are taken back and the table's total stands on its day.
    """
    if total and last is None:
        raise ValueError("a surrendered quantity needs its last day")
    if sum(tonnes_by_day.values()) == total and last_day_of(tonnes_by_day) == (last if total else None):
        return []
    if not total or last is None:
        return _all_taken_back(tonnes_by_day)
    kept = {day: tonnes for day, tonnes in tonnes_by_day.items() if day <= last}
    rows = [(day, -tonnes) for day, tonnes in sorted(tonnes_by_day.items()) if day > last and tonnes]
    difference = total - sum(kept.values())
    if kept.get(last, 0) + difference:
        return [*rows, (last, difference)] if difference else rows
    return [*_all_taken_back(tonnes_by_day), (last, total)]


def _all_taken_back(tonnes_by_day: Mapping[date, int]) -> list[tuple[date, int]]:
    return [(day, -tonnes) for day, tonnes in sorted(tonnes_by_day.items()) if tonnes]
