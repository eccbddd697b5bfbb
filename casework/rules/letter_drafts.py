"""The text with which a letter begins: what published supervision letters have in common, filled from plain facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework.rules.letter_facts import Request, UnitRow, day_text, own_name
from casework.rules.letters import AddresseeKind, LetterKind

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
    units: tuple[UnitRow, ...]
    earlier: tuple[str, ...] = ()  # numbers of the work supervision letters that came before


def unit_names(units: Sequence[UnitRow]) -> tuple[str, ...]:
    """Each unit once, in order; a unit has a row for every compliance year."""
    return tuple(dict.fromkeys(unit.name for unit in units))


def your_word(addressee: str) -> str:
    """How the addressee is spoken to: 贵市, 贵委, 贵局."""
    endings = (
        ("市人民政府", "贵市"),
        ("县人民政府", "贵县"),
        ("区人民政府", "贵区"),
        ("委员会", "贵委"),
        ("局", "贵局"),
    )
    return next((word for ending, word in endings if addressee.endswith(ending)), "贵单位")


def default_title(occasion: Occasion) -> str:
    """关于商请…的函: what is asked about whom."""
    names = unit_names(occasion.units)
    whom = names[0] if len(names) == 1 else f"{occasion.region}{len(names)}家重点排放单位"
    verb = "督促" if occasion.kind is LetterKind.WORK_SUPERVISION else "督办"
    return f"关于商请{verb}{whom}完成碳排放配额清缴的函"


def default_basis(occasion: Occasion, addressee: str) -> str:
    """The law, the task and its deadline, and what leads over to the facts."""
    years = "、".join(f"{label}年度" for label in occasion.years)
    return (
        "根据《碳排放权交易管理暂行条例》，纳入全国碳排放权交易市场的重点排放单位应当按时足额清缴碳排放配额，"
        f"{years}配额清缴的截止日期为{day_text(occasion.deadline)}。现将{your_word(addressee)}有关情况函告如下。"
    )


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
    whose = names[0] if len(names) == 1 else f"{len(names)}家重点排放单位"
    where = "具体情况如下表。" if in_text else "具体情况见附件。"
    return f"{lead}{whose}合计应清缴碳排放配额{due:,}吨，已清缴{surrendered:,}吨，缺口{short:,}吨，{where}"


def default_body(occasion: Occasion, addressee: str) -> str:
    """What follows from the figures, and what leads over to the requests; one paragraph a line."""
    you = your_word(addressee)
    asks = f"为推动按期完成履约，现商请{you}支持做好以下工作："
    if occasion.kind is LetterKind.WORK_SUPERVISION:
        return f"目前距截止日期已近，上述缺口尚未落实清缴，存在不能按期履约的风险。\n{asks}"
    before = f"此前已以{'、'.join(occasion.earlier)}函请督促，" if occasion.earlier else ""
    return f"{before}上述缺口至今仍未清缴，履约风险突出，需予重点督办。\n{asks}"


def default_requests(occasion: Occasion, bureau: str) -> tuple[Request, ...]:
    """Two requests, or three where a supervision letter asks the government itself to lead."""
    plan = Request("督促上述单位制定配额清缴计划，落实购买配额的资金，逐周推进清缴。", bureau, occasion.reply_due)
    relief = Request("协调有关部门和金融机构帮助企业纾困解难，支持企业按期足额清缴配额。", "", occasion.deadline)
    if occasion.kind is LetterKind.WORK_SUPERVISION:
        return (plan, relief)
    lead = Request("明确负责同志牵头督办，定期调度清缴进展，协调解决突出问题。", "", occasion.reply_due)
    return (lead, plan, relief)


def default_addressee(kind: AddresseeKind, *, government: str, bureau: str) -> str:
    """The name that letters to this kind of addressee bear."""
    return bureau if kind is AddresseeKind.BUREAU else government
