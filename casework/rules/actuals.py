"""What the registers say of a relief plan's measures: purchases fill those that buy, surrenders those that bring."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casework.rules.measures import MeasureKind
from casework.rules.report_forms import MeasureFacts

Dated = tuple[date, int]  # tonnes of a day; a correction is negative


@dataclass(frozen=True)
class Actual:
    """Tonnes that stand behind a measure by now, and the day of the record that brought the last of them."""

    measure_id: int
    before: int | None  # as it was noted
    tonnes: int
    day: date


def actuals(measures: Iterable[MeasureFacts], surrendered: Iterable[Dated], bought: Iterable[Dated]) -> list[Actual]:
    """Return the measures under way behind which the registers show more than was noted.

    `surrendered` and `bought` are what came since the plan was approved. Purchases fill what is to be bought; of what
    was surrendered, what no measure accounts for fills the measures in the order of their due days, none beyond its
    own tonnes. By which measure a tonne came no register says: whoever decides puts that right.
    """
    bringing = sorted((one for one in measures if one.kind.brings_tonnes), key=lambda one: (one.due_day, one.id))
    found = {one.id: Actual(one.id, one.done_tonnes, one.done_tonnes or 0, one.due_day) for one in bringing}
    _fill([one for one in bringing if one.kind is MeasureKind.BUY], found, bought)
    _fill(bringing, found, surrendered)
    return [one for one in found.values() if one.tonnes > (one.before or 0)]


def _fill(measures: Sequence[MeasureFacts], found: dict[int, Actual], rows: Iterable[Dated]) -> None:
    """Let what the measures do not account for yet fill those that are under way."""
    under_way = [one for one in measures if one.done_day is None]
    for day, tonnes in _beyond(rows, sum(found[one.id].tonnes for one in measures)):
        left = tonnes
        for one in under_way:
            so_far = found[one.id]
            part = min(left, max(one.tonnes - so_far.tonnes, 0))
            if part:
                found[one.id] = Actual(one.id, so_far.before, so_far.tonnes + part, day)
                left -= part


def _beyond(rows: Iterable[Dated], accounted: int) -> Iterator[Dated]:
    """Yield what is left of dated tonnes when the first `accounted` are taken away; corrections end the latest."""
    by_day: dict[date, int] = defaultdict(int)
    for day, tonnes in rows:
        by_day[day] += tonnes
    total, end = sum(by_day.values()), 0
    for day, tonnes in sorted(by_day.items()):
        if tonnes > 0:
            begin, end = end, min(end + tonnes, max(total, end))
            if end > max(begin, accounted):
                yield day, end - max(begin, accounted)
