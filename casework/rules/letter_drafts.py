"""What a letter is drafted from: the occasion, and what the fields of its template stand for then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework.rules.letter_facts import Request, UnitRow, day_text, own_name
from casework.rules.letter_fields import fill
from casework.rules.letter_templates import DueBy, TemplateText
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.plan_words import PlanRow

MOST_IN_TEXT = 8  # units; a longer table goes into an attachment
MOST_REQUESTS = 4


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What a draft is written from."""

    kind: LetterKind
    region: str
    years: tuple[str, ...]
    deadline: date  # the last day on which the surrender is in time
    reply_due: date
    reply_from: date | None = None  # from here so many working days, where the reply day was counted
    reply_days: int | None = None
    reply_provisional: bool = False
    units: tuple[UnitRow, ...]
    plans: tuple[PlanRow, ...] = ()  # the relief plans that were approved for the units
    earlier: tuple[str, ...] = ()  # numbers of the work supervision letters that came before


def unit_names(units: Sequence[UnitRow]) -> tuple[str, ...]:
    """Each unit once, in order; a unit has a row for every compliance year."""
    return tuple(dict.fromkeys(unit.name for unit in units))


def unit_count(units: Sequence[UnitRow]) -> int:
    """How many units the rows speak of; a row may count several units of a region together."""
    return sum({unit.name: unit.count for unit in units}.values())


def your_word(addressee: str, *, several: bool = False) -> str:
    """How the addressee is spoken to: 贵市, 贵委, 贵局, 贵公司; several of them together as 各地."""
    if several:
        return "各地"
    endings = (
        ("市人民政府", "贵市"),
        ("县人民政府", "贵县"),
        ("区人民政府", "贵区"),
        ("委员会", "贵委"),
        ("局", "贵局"),
        ("公司", "贵公司"),
    )
    return next((word for ending, word in endings if addressee.endswith(ending)), "贵单位")


def figures_text(units: Sequence[UnitRow], day: date | None, organ: str, *, in_text: bool) -> str:
    """The verified figures with their source and day; never typed by anybody."""
    if not units or day is None:
        return ""
    lead = f"据{own_name(organ)}履约台账，截至{day_text(day)}，"
    if len(units) == 1:
        unit = units[0]
        return (
            f"{lead}{unit.name}{unit.year}应清缴碳排放配额{unit.due:,}吨，"
            f"已清缴{unit.surrendered:,}吨，缺口{unit.short:,}吨。"
        )
    due, surrendered, short = (sum(getattr(unit, name) for unit in units) for name in ("due", "surrendered", "short"))
    names = unit_names(units)
    whose = names[0] if len(names) == 1 else f"{unit_count(units)}家重点排放单位"
    where = "具体情况如下表。" if in_text else "具体情况见附件。"
    return f"{lead}{whose}合计应清缴碳排放配额{due:,}吨，已清缴{surrendered:,}吨，缺口{short:,}吨，{where}"


def default_addressee(occasion: Occasion, kind: AddresseeKind, *, government: str, bureau: str) -> str:
    """The name that a letter to this kind of addressee bears; empty where several enterprises would be meant."""
    if kind is AddresseeKind.ENTERPRISE:
        names = unit_names(occasion.units)
        return names[0] if len(names) == 1 else ""
    return bureau if kind is AddresseeKind.BUREAU else government


def field_values(
    occasion: Occasion, addressee: str, *, government: str, bureau: str, organ: str, several: bool = False
) -> dict[str, str | None]:
    """What each field of a template stands for on this occasion; None is a fact that is missing."""
    names, count = unit_names(occasion.units), unit_count(occasion.units)
    before = f"此前已以{'、'.join(occasion.earlier)}函请督促，" if occasion.earlier else ""
    return {
        "单位名称": names[0] if len(names) == 1 else f"{occasion.region}{f'{count}家' if count else ''}重点排放单位",
        "全部单位": "、".join(names) or None,
        "地区": occasion.region or None,
        "履约年度": "、".join(f"{label}年度" for label in occasion.years) or None,
        "截止日期": day_text(occasion.deadline),
        "主送机关": addressee or None,
        "贵方": your_word(addressee, several=several),
        "人民政府": government or None,
        "生态环境局": bureau or None,
        "发文机关": organ,
        "我方": own_name(organ),
        "此前督促": before,
    }


def drafted_requests(text: TemplateText, occasion: Occasion, values: Mapping[str, str | None]) -> tuple[Request, ...]:
    """The requests of a template with the names and days of the occasion."""
    days = {DueBy.REPLY: occasion.reply_due, DueBy.DEADLINE: occasion.deadline}
    return tuple(Request(fill(one.text, values), fill(one.who, values), days.get(one.by)) for one in text.requests)
