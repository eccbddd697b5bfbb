"""Reading a year of the working calendar as people give it: rows of a table, lines of text, or the notice itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from casework.rules.deadlines import CalendarYear, is_weekend
from casework.rules.errors import RuleError
from casework.rules.words import N_

YEARS = range(2000, 2101)
NAME_MOST = 20
_ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """What a day of the calendar is, other than its weekday says; `label` is the English msgid."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"

    @property
    def label(self) -> str:
        """English msgid of the kind."""
        return {DayKind.HOLIDAY: N_("Public holiday"), DayKind.MAKE_UP: N_("Make-up day")}[self]


_KINDS = {
    **dict.fromkeys(("放假", "休", "假", "休息", "节假日", "法定节假日", "holiday"), DayKind.HOLIDAY),
    **dict.fromkeys(("上班", "班", "补班", "调休", "调休上班", "调休上班日", "make-up", "make_up"), DayKind.MAKE_UP),
}
_DAY = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s+00:00:00)?")
_BETWEEN = re.compile(r"[\s,，;；、\t]+")
# 二、春节：2月15日（农历腊月二十八、周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
_NOTICE = re.compile(r"^(?:[一二三四五六七八九十]+、)?\s*([^：:0-9]{2,12})[：:](.*)$")
_IN_BRACKETS = re.compile(r"（[^）]*）|\([^)]*\)")
_DAY_OF_NOTICE = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日(?:至(?:(20\d\d)年)?(?:(\d{1,2})月)?(\d{1,2})日)?")
NOT_READ = N_("Line %(line)s cannot be read: “%(text)s”. Write it as 2027-02-06 放假 春节, or 2027-02-20 上班 春节.")


@dataclass(frozen=True)
class DayChange:
    """What a day was and is; None is what its weekday says."""

    day: date
    before: DayKind | None
    after: DayKind | None
    name: str = ""


def kind_of(day: date, year: CalendarYear) -> DayKind | None:
    """Return what this day of a year is, other than its weekday says."""
    if day in year.holidays:
        return DayKind.HOLIDAY
    return DayKind.MAKE_UP if day in year.make_up_days else None


def year_of(days: Mapping[str, list[str]]) -> CalendarYear:
    """Return a year of the calendar from its days as they are stored."""
    return _year({date.fromisoformat(day): (DayKind(kind), name) for day, (kind, name) in days.items()})


def days_of(year: CalendarYear) -> dict[str, list[str]]:
    """Return the days of a year as they are stored."""
    marked = sorted(year.holidays | year.make_up_days)
    return {day.isoformat(): [str(kind_of(day, year)), year.names.get(day, "")] for day in marked}


def as_lines(year: CalendarYear) -> str:
    """Return the days of a year as the lines that `read_year` reads."""
    words = {DayKind.HOLIDAY: "放假", DayKind.MAKE_UP: "上班"}
    marked = sorted(year.holidays | year.make_up_days)
    return "\n".join(
        " ".join(filter(None, (day.isoformat(), words[kind], year.names.get(day, ""))))
        for day in marked
        if (kind := kind_of(day, year))
    )


def names_a_day(words: str) -> bool:
    """Whether a line has a day in it, so that it is no title or head."""
    return bool(_DAY.search(words) or _DAY_OF_NOTICE.search(words))


def read_year(number: int, text: str) -> CalendarYear:
    """Read the days of a year out of lines, or of the State Council's notice; refuses what cannot be."""
    days: dict[date, tuple[DayKind, str]] = {}
    lines = [words.strip() for words in text.splitlines()]
    whole_notice = any(map(_of_notice, lines))
    for line, words in enumerate(lines, 1):
        if whole_notice and _around_the_days(words):
            continue
        for day, kind, name in _read_line(number, line, words):
            if day.year == number:  # a notice also names days of the year before or after
                _add(days, day, kind, name)
    if not any(kind is DayKind.HOLIDAY for kind, _name in days.values()):
        raise RuleError(N_("There is no holiday of %(year)s in it."), field="days", year=str(number))
    return _year(days)


def with_day(year: CalendarYear, day: date, kind: DayKind | None, name: str = "") -> CalendarYear:
    """Return the year with one day entered otherwise, or taken out."""
    names = {one: words for one, words in year.names.items() if one != day}
    bare = replace(year, holidays=year.holidays - {day}, make_up_days=year.make_up_days - {day}, names=names)
    if kind is None:
        return bare
    days = {one: (found, names.get(one, "")) for one in _marked(bare) if (found := kind_of(one, bare))}
    _add(days, day, kind, name)
    return _year(days)


def changed_days(before: CalendarYear, after: CalendarYear) -> tuple[DayChange, ...]:
    """Return the days on which two versions of a year differ, in their order."""
    return tuple(
        DayChange(day, kind_of(day, before), kind_of(day, after), after.names.get(day) or before.names.get(day, ""))
        for day in sorted(_marked(before) | _marked(after))
        if kind_of(day, before) is not kind_of(day, after)
    )


def _marked(year: CalendarYear) -> frozenset[date]:
    return year.holidays | year.make_up_days


def _year(days: Mapping[date, tuple[DayKind, str]]) -> CalendarYear:
    return CalendarYear(
        frozenset(day for day, (kind, _name) in days.items() if kind is DayKind.HOLIDAY),
        frozenset(day for day, (kind, _name) in days.items() if kind is DayKind.MAKE_UP),
        {day: name for day, (_kind, name) in days.items()},
    )


def _add(days: dict[date, tuple[DayKind, str]], day: date, kind: DayKind, name: str) -> None:
    if day in days and days[day][0] is not kind:
        raise RuleError(
            N_("%(day)s is given as a holiday and as a make-up day."), field="days", day=day.isoformat()
        )  # fmt: skip
    if kind is DayKind.MAKE_UP and not is_weekend(day):
        raise RuleError(
            N_("%(day)s is no Saturday or Sunday, so it cannot be a make-up day."), field="days", day=day.isoformat()
        )
    days[day] = (kind, name[:NAME_MOST])


def _of_notice(words: str) -> re.Match[str] | None:
    """Return what a line of the State Council's notice says, where it is one."""
    return _NOTICE.match(words) if "放假" in words or "上班" in words else None


def _around_the_days(words: str) -> bool:
    """Whether a line is the notice's title, addressee, closing words, or the day of its making."""
    return not names_a_day(words) or bool(_DAY.fullmatch(words))


def _read_line(number: int, line: int, words: str) -> Iterator[tuple[date, DayKind, str]]:
    if not words:
        return
    if notice := _of_notice(words):
        yield from _read_notice(number, line, notice[1].strip(), _IN_BRACKETS.sub("", notice[2]))
        return
    days = [_day(line, words, *found.groups()) for found in _DAY.finditer(words)]
    rest = [part for part in _BETWEEN.split(_DAY.sub(" ", words)) if part and part not in ("至", "-", "—", "~")]
    kinds = [_KINDS[part.lower()] for part in rest if part.lower() in _KINDS]
    if not days or len(days) > 2 or len(kinds) != 1:
        raise RuleError(NOT_READ, field="days", line=line, text=words[:60])
    name = "".join(part for part in rest if part.lower() not in _KINDS)
    for day in _span(line, words, days[0], days[-1]):
        yield day, kinds[0], name


def _read_notice(number: int, line: int, name: str, words: str) -> Iterator[tuple[date, DayKind, str]]:
    """Read one holiday of a notice: each sentence says of the days before it that they are free, or worked."""
    for sentence in re.split(r"[。；;]", words):
        kind = DayKind.MAKE_UP if "上班" in sentence else DayKind.HOLIDAY
        for found in _DAY_OF_NOTICE.finditer(sentence):
            year, month, day, last_year, last_month, last_day = found.groups()
            first = _day(line, sentence, year or str(number), month, day)
            last = first
            if last_day:
                last = _day(line, sentence, last_year or str(first.year), last_month or month, last_day)
            for one in _span(line, sentence, first, last):
                yield one, kind, name


def _day(line: int, words: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise RuleError(NOT_READ, field="days", line=line, text=words[:60]) from None


def _span(line: int, words: str, first: date, last: date) -> Iterator[date]:
    if not first <= last <= first + 30 * _ONE_DAY:
        raise RuleError(NOT_READ, field="days", line=line, text=words[:60])
    for number in range((last - first).days + 1):
        yield first + number * _ONE_DAY
