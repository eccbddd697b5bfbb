"""The words by which offices head their columns, as a table of data; a new word is a new entry here."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from casework.rules.words import N_


class Kind(StrEnum):
    """The tables that can be imported."""

    SURRENDER = "surrender"
    TRADES = "trades"


class Field(StrEnum):
    """What a column may hold."""

    NUMBER = "number"
    NAME = "name"
    CODE = "code"
    REGION = "region"
    SECTOR = "sector"
    VERIFIED = "verified"
    ALLOCATION = "allocation"
    DUE = "due"
    SURRENDERED = "surrendered"
    LAST_DAY = "last_day"
    REMARK = "remark"
    DAY = "day"
    DIRECTION = "direction"
    TONNES = "tonnes"
    AMOUNT = "amount"


class Family(StrEnum):
    """The two families of units."""

    TONNES = "t"
    YUAN = "yuan"


@dataclass(frozen=True)
class Column:
    """One column of a table: its name for people, its heads, whether it must be there."""

    field: Field
    label: str
    words: tuple[str, ...]
    required: bool = False
    family: Family | None = None


_NUMBER = Column(Field.NUMBER, N_("No."), ("序号", "编号", "序", "号"))
_NAME = Column(
    Field.NAME,
    N_("Enterprise"),
    ("单位名称", "企业名称", "重点排放单位", "重点排放单位名称", "企业", "单位", "名称", "控排企业", "排放单位"),
    required=True,
)
_CODE = Column(
    Field.CODE,
    N_("Credit code"),
    ("统一社会信用代码", "信用代码", "社会信用代码", "组织机构代码", "企业代码", "代码"),
    required=True,
)
_REMARK = Column(Field.REMARK, N_("Remark"), ("备注", "说明", "情况说明", "备注说明"))

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.SURRENDER: (
        _NUMBER,
        _NAME,
        _CODE,
        Column(
            Field.REGION,
            N_("Region"),
            ("所属地市", "地市", "所在地市", "所属地区", "所在地", "地区", "市", "城市", "所属市", "行政区"),
        ),
        Column(Field.SECTOR, N_("Sector"), ("行业", "所属行业", "行业类别", "行业名称")),
        Column(
            Field.VERIFIED,
            N_("Verified emissions"),
            ("经核查排放量", "核查排放量", "经核查的排放量", "核定排放量", "排放量", "碳排放量"),
            family=Family.TONNES,
        ),
        Column(
            Field.ALLOCATION,
            N_("Final allocation"),
            ("核定配额量", "配额量", "核定配额", "最终核定配额量", "最终配额量", "配额", "发放配额量", "配额发放量"),
            family=Family.TONNES,
        ),
        Column(
            Field.DUE,
            N_("Due quantity"),
            ("应清缴量", "应清缴配额量", "应清缴配额", "应履约量", "应履约配额量"),
            required=True,
            family=Family.TONNES,
        ),
        Column(
            Field.SURRENDERED,
            N_("Surrendered"),
            ("已清缴量", "实际清缴量", "已清缴配额量", "实际清缴配额量", "清缴量", "已履约量", "累计清缴量"),
            required=True,
            family=Family.TONNES,
        ),
        Column(
            Field.LAST_DAY,
            N_("Last surrender day"),
            (
                "最后清缴日期",
                "清缴时间",
                "清缴日期",
                "最后清缴时间",
                "最近清缴日期",
                "完成时间",
                "完成日期",
                "履约时间",
            ),
            required=True,
        ),
        _REMARK,
    ),
    Kind.TRADES: (
        _NUMBER,
        Column(Field.DAY, N_("Day"), ("日期", "交易日期", "成交日期", "交易时间", "成交时间"), required=True),
        _NAME,
        _CODE,
        Column(Field.DIRECTION, N_("Direction"), ("方向", "买卖方向", "交易方向", "买卖", "交易类型"), required=True),
        Column(
            Field.TONNES,
            N_("Quantity"),
            ("成交量", "交易量", "成交数量", "交易数量", "数量"),
            required=True,
            family=Family.TONNES,
        ),
        Column(
            Field.AMOUNT,
            N_("Amount"),
            ("成交额", "交易额", "成交金额", "交易金额", "金额"),
            required=True,
            family=Family.YUAN,
        ),
        _REMARK,
    ),
}

# A head with one of these speaks of something derived: 未清缴量 is not 清缴量.
DERIVED = ("未", "差", "缺口", "率", "比例", "占比", "剩余", "欠", "盈", "均价", "单价")

# Longest first: 万吨 ends in 吨.
UNITS: tuple[tuple[str, Family, Decimal], ...] = (
    ("万吨", Family.TONNES, Decimal(10_000)),
    ("千吨", Family.TONNES, Decimal(1_000)),
    ("吨", Family.TONNES, Decimal(1)),
    ("tco2", Family.TONNES, Decimal(1)),
    ("万t", Family.TONNES, Decimal(10_000)),
    ("t", Family.TONNES, Decimal(1)),
    ("亿元", Family.YUAN, Decimal(100_000_000)),
    ("万元", Family.YUAN, Decimal(10_000)),
    ("千元", Family.YUAN, Decimal(1_000)),
    ("元", Family.YUAN, Decimal(1)),
)

TOTALS = ("合计", "总计", "小计", "共计", "总和", "累计", "全区合计", "全省合计")
NOTES = ("注", "备注", "说明", "填表", "制表", "审核", "联系", "数据来源", "填报", "单位负责人", "日期", "截至", "附")
BUY = ("买入", "买", "购入", "受让", "买方", "buy")
SELL = ("卖出", "卖", "售出", "转让", "卖方", "sell")

# The sectors of the national market, by the key the register keeps them under.
SECTORS: dict[str, tuple[str, ...]] = {
    "power": ("发电", "发电行业", "电力", "火电", "热电", "热电联产", "火力发电", "自备电厂"),
    "steel": ("钢铁", "钢铁行业", "钢铁生产"),
    "cement": ("水泥", "水泥行业", "水泥熟料", "建材"),
    "aluminium": ("电解铝", "铝冶炼", "铝冶炼行业", "有色"),
}


def column_of(kind: Kind, field: Field) -> Column:
    """The column of this table that holds the field."""
    return next(column for column in COLUMNS[kind] if column.field == field)
