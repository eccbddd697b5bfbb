"""Why a deadline falls on its day: start, rule, days skipped, pauses, extensions, and what is not yet sure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from casework.rules.deadlines import SHANGHAI, NotWorked, WorkingCalendar, add_working_days, last_day
from casework.rules.words import N_
from casework.rules.working_deadlines import DeadlineFacts, shifts, working_deadline

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Counted:
    """So many working days after a day; `fixed` is the day of a text that was submitted, which stands."""

    start: date
    count: int
    fixed: date | None = None
    signed: bool = False


@dataclass(frozen=True)
class Chosen:
    """A day that a person chose."""

    day: date


@dataclass(frozen=True)
class Statutory:
    """The moment at which the time to surrender ends; it is never extended (条例 art. 24)."""

    deadline: datetime


Facts = DeadlineFacts | Counted | Chosen | Statutory


@dataclass(frozen=True)
class Skipped:
    """Days in a row that did not count for one reason; `name` is the festival."""

    first: date
    last: date
    why: NotWorked
    name: str = ""


@dataclass(frozen=True)
class Line:
    """One sentence, an English msgid with its parameters, and the days that were skipped on its account."""

    message: str
    params: dict[str, object] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """The day (None while a case rests) and how it comes about; provisional where a year is not announced."""

    day: date | None
    lines: tuple[Line, ...]
    unannounced: tuple[int, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether the day may still move when a year is announced."""
        return bool(self.unannounced)


def explain(facts: Facts, calendar: WorkingCalendar) -> Explanation:
    """Return the day that follows from the facts, with each sentence of why."""
    if isinstance(facts, Statutory):
        return _statutory(facts)
    if isinstance(facts, Chosen):
        return Explanation(facts.day, (Line(N_("The day was chosen by a person; no working days were counted.")),))
    found = _counted(facts, calendar) if isinstance(facts, Counted) else _working(facts, calendar)
    return Explanation(found.day, (*found.lines, *_unsure(found.unannounced)), found.unannounced)


def _statutory(facts: Statutory) -> Explanation:
    day = last_day(facts.deadline)
    hour = facts.deadline.astimezone(SHANGHAI).strftime("%H:%M").replace("00:00", "24:00")
    return Explanation(
        day,
        (
            Line(N_("The competent department set the deadline: %(day)s, %(hour)s."), {"day": day, "hour": hour}),
            Line(N_("It holds for every unit and is neither extended nor moved by pauses.")),
        ),
    )


def _counted(facts: Counted, calendar: WorkingCalendar) -> Explanation:
    due = add_working_days(facts.start, facts.count, calendar)
    lines = [
        Line(N_("Start: %(day)s. This day itself does not count."), {"day": facts.start}),
        Line(N_("Rule: %(count)s working days after it."), {"count": facts.count}, in_rows(due.skipped, calendar)),
    ]
    if facts.fixed is None:
        return Explanation(due.day, tuple(lines), due.unannounced)
    if facts.fixed != due.day:
        said = N_("The text that was submitted says %(fixed)s, and that stands; counted today it would be %(day)s.")
        lines.append(Line(said, {"fixed": facts.fixed, "day": due.day}))
    else:
        lines.append(Line(N_("The text that was submitted says so, and that stands.")))
    return Explanation(facts.fixed, tuple(lines), () if facts.signed else due.unannounced)


def _working(facts: DeadlineFacts, calendar: WorkingCalendar) -> Explanation:
    due = working_deadline(facts, calendar)
    first = Line(N_("First set to %(day)s."), {"day": facts.first_day})
    if facts.since != date.min:
        first = Line(N_("Set to %(day)s on %(since)s."), {"day": facts.first_day, "since": facts.since})
    lines = [first, *_extended(facts), *_paused(facts, calendar)]
    return Explanation(due.day if due else None, tuple(lines), due.unannounced if due else ())


def _extended(facts: DeadlineFacts) -> Iterator[Line]:
    for one in facts.extensions:
        if one.granted >= facts.since:
            yield Line(N_("Extended on %(granted)s to %(day)s."), {"granted": one.granted, "day": one.new_day})


def _paused(facts: DeadlineFacts, calendar: WorkingCalendar) -> Iterator[Line]:
    moved = list(shifts(facts, calendar))
    for shift in moved:
        yield Line(
            N_(
                "Rested from %(first)s to %(last)s: %(count)s working days, which move it from %(before)s to %(after)s."
            ),
            {
                "first": shift.pause.first,
                "last": (shift.pause.until or shift.pause.first) - _ONE_DAY,
                "count": len(shift.rested),
                "before": shift.before,
                "after": shift.after.day,
            },
            in_rows((*shift.idle, *shift.after.skipped), calendar),
        )
    for pause in facts.pauses:
        if pause.until and pause.until > facts.since and pause not in [shift.pause for shift in moved]:
            said = N_("Rested from %(first)s to %(until)s, which moves nothing: no working day after the day was set.")
            yield Line(said, {"first": pause.first, "until": pause.until})
        if pause.until is None:
            yield Line(N_("Rests since %(first)s: the day is known when the case goes on."), {"first": pause.first})


def _unsure(years: tuple[int, ...]) -> Iterator[Line]:
    for year in years:
        yield Line(
            N_(
                "Provisional: the holidays and make-up days of %(year)s are not announced yet, so only weekends were "
                "left out. The day is counted anew when they are."
            ),
            {"year": str(year)},
        )


def in_rows(days: Iterable[tuple[date, NotWorked]], calendar: WorkingCalendar) -> tuple[Skipped, ...]:
    """Put days that follow one another and have the same reason into one line each."""
    rows: list[Skipped] = []
    for day, why in days:
        name = calendar.name_of(day) if why is NotWorked.HOLIDAY else ""
        last = rows[-1] if rows else None
        if last and (last.last + _ONE_DAY, last.why, last.name) == (day, why, name):
            rows[-1] = Skipped(last.first, day, why, name)
        else:
            rows.append(Skipped(day, day, why, name))
    return tuple(rows)
