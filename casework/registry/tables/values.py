"""What a single cell says: quantities, money, days, names, codes, regions, directions."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from casework.registry.tables.words import BUY, SECTORS, SELL
from casework.registry.tables.workbook import Value
from casework.rules.words import N_

TONNES_LIMIT = 10**12
YUAN_LIMIT = Decimal(10) ** 14
TEXT_LIMIT = 200
NAME_LIMIT = 120
_EXCEL_DAYS = range(20_000, 80_000)  # serial numbers of 1954 to 2119
_EXCEL_ZERO = date(1899, 12, 30)
_YEARS = range(2000, 2101)
_FOUND_LIMIT = 100

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))(?:[T ].*)?")


class NotUnderstood(Exception):
    """A cell that does not hold what its column asks for; `expected` is an English msgid."""

    def __init__(self, expected: str, **params: object) -> None:
        super().__init__(expected)
        self.expected = expected
        self.params = params


_QUANTITY = N_("a quantity in whole tonnes, such as 1,234,567")
_NOT_NEGATIVE = N_("a quantity that is not negative")
_WHOLE = N_("whole tonnes, without a fraction")
_SMALLER = N_("a smaller figure; this one is beyond any plausible size")
_MONEY = N_("an amount in yuan, such as 1,234,567.89")
_CENTS = N_("an amount with at most two decimals of a yuan")
_A_DAY = N_("a date, such as 2023-12-31")
_NOT_LATER = N_("a day not later than today, %(today)s")
_NAME = N_("the name of the unit")
_SHORTER = N_("a text of at most %(limit)s characters")
_CODE = N_("a unified social credit code of 18 digits and letters (without I, O, S, V, Z)")
_CHECK = N_("a credit code whose last character fits the others; one character is wrong")
_REGION = N_("one of the regions %(regions)s")
_SECTOR = N_("one of the sectors %(sectors)s")
_DIRECTION = N_("买入 or 卖出")


@dataclass(frozen=True)
class RegionWords:
    """The words by which regions are called (trimmed) and the key each stands for; `names` is what people are told."""

    keys: Mapping[str, str]
    names: tuple[str, ...]


def text_of(value: Value) -> str:
    """A value as the person at the spreadsheet reads it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return str(value)


def found_text(value: Value) -> str:
    """A value as a problem shows it, cut to a readable length."""
    text = text_of(value).strip()
    return text if len(text) <= _FOUND_LIMIT else text[: _FOUND_LIMIT - 1] + "…"


def plain(value: Value) -> str:
    """A value in half-width characters, without spaces at its ends or invisible characters."""
    text = unicodedata.normalize("NFKC", text_of(value))
    return re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]", " ", text).strip()


def quantity(value: Value, scale: Decimal = Decimal(1)) -> int:
    """Whole tonnes, zero or more; `scale` is the unit of the column in tonnes."""
    tonnes = _decimal(value, r"(吨|t|tCO2e?)$", _QUANTITY) * scale
    if tonnes < 0:
        raise NotUnderstood(_NOT_NEGATIVE)
    if tonnes != tonnes.to_integral_value():
        raise NotUnderstood(_WHOLE)
    if tonnes >= TONNES_LIMIT:
        raise NotUnderstood(_SMALLER)
    return int(tonnes)


def money(value: Value, scale: Decimal = Decimal(1)) -> Decimal:
    """Yuan with two decimals, zero or more."""
    yuan = _decimal(value, r"元$", _MONEY) * scale
    if yuan < 0:
        raise NotUnderstood(_MONEY)
    if yuan >= YUAN_LIMIT:
        raise NotUnderstood(_SMALLER)
    cents = yuan.quantize(Decimal("0.01"))
    if cents != yuan:
        raise NotUnderstood(_CENTS)
    return cents


def _decimal(value: Value, unit: str, expected: str) -> Decimal:
    """A number as Excel counts (15 digits); text may have thousands separators and a unit behind it."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotUnderstood(expected)
    if isinstance(value, str):
        text = re.sub(unit, "", re.sub(r"\s", "", plain(value)).replace("−", "-"), flags=re.IGNORECASE)
        if len(text) > 40 or not _NUMBER.fullmatch(text):
            raise NotUnderstood(expected)
        text = text.replace(",", "")
    else:
        text = f"{value:.15g}" if isinstance(value, float) else str(value)
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise NotUnderstood(expected) from error
    if not number.is_finite():
        raise NotUnderstood(expected)
    if abs(number) >= YUAN_LIMIT:
        raise NotUnderstood(_SMALLER)
    return number


def day(value: Value, *, today: date) -> date:
    """A day in any of the shapes offices write, not later than today."""
    found = _day(value)
    if found is None or found.year not in _YEARS:
        raise NotUnderstood(_A_DAY)
    if found > today:
        raise NotUnderstood(_NOT_LATER, today=today.isoformat())
    return found


def _day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool | time | timedelta):
        return None
    if isinstance(value, str):
        return _written_day(value)
    if not math.isfinite(value):
        return None
    if int(value) in _EXCEL_DAYS:
        return _EXCEL_ZERO + timedelta(days=int(value))
    return _written_day(text_of(value))


def _written_day(value: str) -> date | None:
    text = re.sub(r"\s*([-/.年月日号])\s*", r"\1", plain(value))
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in _EXCEL_DAYS:
        return _EXCEL_ZERO + timedelta(days=int(text))
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, *rest = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, *rest)
    except ValueError:
        return None


def name(value: Value) -> str:
    """A unit's name: trimmed, no spaces between Chinese characters, Chinese brackets."""
    text = words(value, NAME_LIMIT)
    if not re.search(r"\w", text) or text.isdigit():
        raise NotUnderstood(_NAME)
    return text


def words(value: Value, limit: int = TEXT_LIMIT) -> str:
    """A text as written: trimmed, no spaces beside Chinese characters."""
    text = re.sub(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]+", " ", text_of(value)).strip()
    text = re.sub(r"(?<=[\u3400-\u9fff（）]) | (?=[\u3400-\u9fff（）])", "", text)
    if re.search(r"[\u3400-\u9fff]", text):
        text = text.replace("(", "（").replace(")", "）")
    if len(text) > limit:
        raise NotUnderstood(_SHORTER, limit=limit)
    return text


def credit_code(value: Value) -> str:
    """A unified social credit code in capitals whose check character fits (GB 32100)."""
    text = re.sub(r"\s", "", plain(value)).upper()
    try:
        return str(uscc.validate(text))
    except InvalidChecksum as error:
        raise NotUnderstood(_CHECK) from error
    except ValidationError as error:
        raise NotUnderstood(_CODE) from error


def region(value: Value, regions: RegionWords) -> str:
    """The key of the region that this word names."""
    key = regions.keys.get(re.sub(r"\s", "", plain(value)))
    if key is None:
        raise NotUnderstood(_REGION, regions=_listed(regions.names))
    return key


def sector(value: Value) -> str:
    """The key of the sector that this word names."""
    text = re.sub(r"\s", "", plain(value))
    for key, known in SECTORS.items():
        if text in known or text in (f"{word}业" for word in known):
            return key
    raise NotUnderstood(_SECTOR, sectors=_listed(known[0] for known in SECTORS.values()))


def direction(value: Value) -> str:
    """`buy` or `sell`."""
    text = re.sub(r"\s", "", plain(value)).lower()
    if text in BUY:
        return "buy"
    if text in SELL:
        return "sell"
    raise NotUnderstood(_DIRECTION)


def _listed(names: Iterable[str]) -> str:
    return "、".join(names)
