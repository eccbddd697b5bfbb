"""How days, moments, tonnes and money are written on the screen: pure functions, registered as Jinja filters."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from casework.rules.deadlines import SHANGHAI
from casework.web.i18n import ngettext

NOTHING = "–"
SOON_DAYS = 7
MONEY_UNITS = {
    "yuan": Decimal(1), "wan": Decimal(10_000), "million": Decimal(1_000_000), "yi": Decimal(100_000_000)
}  # fmt: skip
MoneyUnit = Literal["yuan", "wan", "million", "yi"]
Tone = Literal["overdue", "soon", "later", "none"]


def day(value: date | None) -> str:
    """Write a day, or the day of an aware moment, as 2026-11-22, as tables show it."""
    if isinstance(value, datetime):
        value = _shanghai(value).date()
    return NOTHING if value is None else value.isoformat()


def day_words(value: date | None) -> str:
    """Write a day as 11月22日, as sentences show it."""
    if value is None:
        return NOTHING
    return str(_("%(month)s/%(day)s", month=value.month, day=value.day))


def moment(value: datetime | None) -> str:
    """Write an aware moment as 2026-11-22 10:32 in Shanghai."""
    return NOTHING if value is None else _shanghai(value).isoformat(" ", "minutes")[:16]


def end_moment(value: datetime) -> str:
    """Write the moment at which something ends: midnight is 24:00 of the day that it closes."""
    last = _shanghai(value - timedelta(microseconds=1))
    return f"{last:%Y-%m-%d} 24:00" if last.date() < _shanghai(value).date() else moment(value)


def clock(value: datetime | None) -> str:
    """Write the time of day of an aware moment as 10:32 in Shanghai."""
    return NOTHING if value is None else _shanghai(value).strftime("%H:%M")


def machine_moment(value: date | datetime) -> str:
    """Write a day or an aware moment for the datetime attribute of a time element."""
    if isinstance(value, datetime):
        return _shanghai(value).isoformat(timespec="seconds")
    return value.isoformat()


def tonnes(value: int | None) -> str:
    """Write whole tonnes as 1,234,567; the unit stands in the head of the column."""
    return NOTHING if value is None else f"{value:,d}"


def money(value: Decimal | None, unit: MoneyUnit = "yuan") -> str:
    """Write money with two decimals in yuan, ten thousands (万元), millions or hundred millions (亿元)."""
    if value is None:
        return NOTHING
    return f"{(value / MONEY_UNITS[unit]).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def money_words(value: Decimal | None) -> str:
    """Write money with the unit that fits its size: 67.67元, 1,250.00万元, 7.64亿元; 764.00 million yuan."""
    if value is None:
        return NOTHING
    if str(get_locale()) == "en":
        if abs(value) >= MONEY_UNITS["million"]:
            return str(_("%(amount)s million yuan", amount=money(value, "million")))
        return str(_("%(amount)s yuan", amount=money(value)))
    if abs(value) >= MONEY_UNITS["yi"]:
        return str(_("%(amount)s hundred million yuan", amount=money(value, "yi")))
    if abs(value) >= MONEY_UNITS["wan"]:
        return str(_("%(amount)s ten thousand yuan", amount=money(value, "wan")))
    return str(_("%(amount)s yuan", amount=money(value)))


def percent(value: Decimal | float | None, places: int = 2) -> str:
    """Write a share that is already in hundredths, 94.74 as 94.74%."""
    if value is None:
        return NOTHING
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)}%"


def due_words(due: date | None, today: date) -> str:
    """Say how far a due day is: 逾期2天, 今天, 明天, 还有3天."""
    if due is None:
        return str(_("no day set"))
    days = (due - today).days
    if days < 0:
        return ngettext("%(num)s day overdue", "%(num)s days overdue", -days)
    if days <= 1:
        return str(_("tomorrow") if days else _("today"))
    return ngettext("%(num)s day left", "%(num)s days left", days)


def due_tone(due: date | None, today: date) -> Tone:
    """Say whether a due day is overdue, soon (within a week) or later."""
    if due is None:
        return "none"
    days = (due - today).days
    if days < 0:
        return "overdue"
    return "soon" if days <= SOON_DAYS else "later"


def file_size(octets: int) -> str:
    """Write the size of a file as 312 KB or 4.2 MB."""
    if octets < 1024 * 1024:
        return f"{max(1, round(octets / 1024))} KB"
    return f"{octets / 1024 / 1024:.1f} MB"


def up_to(number: int, most: int) -> str:
    """Write a count that is not told beyond `most`: 99+."""
    return f"{most}+" if number > most else str(number)


def _shanghai(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).astimezone(SHANGHAI)


FILTERS = (
    day,
    day_words,
    moment,
    end_moment,
    clock,
    machine_moment,
    tonnes,
    money,
    money_words,
    percent,
    due_words,
    due_tone,
    file_size,
    up_to,
)


def init_app(app: Flask) -> None:
    """Make every filter known to the templates under its own name."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
