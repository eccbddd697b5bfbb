"""What a letter is drafted from: the figures in words, how the addressee is spoken to, what its fields stand for."""

from dataclasses import replace
from datetime import date

import pytest

from casework.rules.letter_drafts import (
    Occasion,
    default_addressee,
    drafted_requests,
    field_values,
    figures_text,
    unit_count,
    unit_names,
    your_word,
)
from casework.rules.letter_facts import Request, UnitRow
from casework.rules.letter_fields import FIELDS
from casework.rules.letter_templates import DueBy, RequestText, TemplateText
from casework.rules.letters import AddresseeKind, Format, LetterKind

DAY = date(2026, 11, 20)
ONE = UnitRow("一厂", "2025年度", 12_000, 10_000)
LATER = UnitRow("一厂", "2026年度", 3_000, 500)
TWO = UnitRow("二厂", "2025年度", 100, 0)
TOGETHER = UnitRow("石嘴山市", "2025年度", 5_000, 1_000, count=3)
OCCASION = Occasion(
    kind=LetterKind.SUPERVISION, region="石嘴山市", years=("2025", "2026"), deadline=date(2026, 12, 31),
    reply_due=date(2026, 12, 10), units=(ONE, LATER, TWO), earlier=("宁环函〔2026〕1号", "宁环函〔2026〕2号"),
)  # fmt: skip
OFFICES = {"government": "石嘴山市人民政府", "bureau": "石嘴山市生态环境局"}


def test_a_unit_is_named_and_counted_once_whatever_years_it_owes_for():
    assert unit_names((ONE, LATER, TWO)) == ("一厂", "二厂")
    assert [unit_count(units) for units in ((ONE, LATER, TWO), (TOGETHER, TWO), ())] == [2, 4, 0]


@pytest.mark.parametrize(
    ("addressee", "word"),
    [
        ("石嘴山市人民政府", "贵市"), ("平罗县人民政府", "贵县"), ("大武口区人民政府", "贵区"),
        ("宁东管理委员会", "贵委"),
        ("石嘴山市生态环境局", "贵局"), ("某某有限公司", "贵公司"), ("第一发电厂", "贵单位"),
    ],
)  # fmt: skip
def test_an_addressee_is_spoken_to_as_what_it_is_and_several_as_all(addressee, word):
    assert your_word(addressee) == word
    assert your_word(addressee, several=True) == "各地"


@pytest.mark.parametrize(
    ("units", "text"),
    [
        ((), ""),
        ((ONE,), "一厂2025年度应清缴碳排放配额12,000吨，已清缴10,000吨，缺口2,000吨。"),
        ((ONE, LATER), "一厂合计应清缴碳排放配额15,000吨，已清缴10,500吨，缺口4,500吨，具体情况如下表。"),
        ((ONE, TWO), "2家重点排放单位合计应清缴碳排放配额12,100吨，已清缴10,000吨，缺口2,100吨，具体情况如下表。"),
    ],
)
def test_the_figures_are_told_with_their_source_and_day(units, text):
    said = figures_text(units, DAY, "自治区生态环境厅", in_text=True)
    assert said == (text and f"据我厅履约台账，截至2026年11月20日，{text}")
    assert figures_text(units, None, "自治区生态环境厅", in_text=True) == ""


def test_a_table_that_is_attached_is_pointed_at_there():
    assert figures_text((ONE, TWO), DAY, "厅", in_text=False).endswith("缺口2,100吨，具体情况见附件。")


def test_each_kind_of_addressee_has_its_name_and_several_enterprises_none():
    alone = replace(OCCASION, units=(ONE, LATER))
    assert [default_addressee(alone, kind, **OFFICES) for kind in AddresseeKind] == [
        {"government": "石嘴山市人民政府", "bureau": "石嘴山市生态环境局", "enterprise": "一厂"}[kind.value]
        for kind in AddresseeKind
    ]
    assert default_addressee(OCCASION, AddresseeKind.ENTERPRISE, **OFFICES) == ""


def test_every_field_of_a_template_stands_for_what_the_occasion_says():
    values = field_values(OCCASION, "石嘴山市人民政府", organ="自治区生态环境厅", **OFFICES)
    assert values == {
        "单位名称": "石嘴山市2家重点排放单位",
        "全部单位": "一厂、二厂",
        "地区": "石嘴山市",
        "履约年度": "2025年度、2026年度",
        "截止日期": "2026年12月31日",
        "主送机关": "石嘴山市人民政府",
        "贵方": "贵市",
        "人民政府": "石嘴山市人民政府",
        "生态环境局": "石嘴山市生态环境局",
        "发文机关": "自治区生态环境厅",
        "我方": "我厅",
        "此前督促": "此前已以宁环函〔2026〕1号、宁环函〔2026〕2号函请督促，",
    }
    assert values.keys() == FIELDS.keys()


def test_what_is_missing_is_nothing_and_not_an_empty_text():
    nobody = replace(OCCASION, units=(), region="", years=(), earlier=())
    values = field_values(nobody, "", organ="厅", government="", bureau="", several=True)
    missing = ("全部单位", "地区", "履约年度", "主送机关", "人民政府", "生态环境局")
    assert [name for name, value in values.items() if value is None] == list(missing)
    assert (values["单位名称"], values["此前督促"], values["贵方"]) == ("重点排放单位", "", "各地")
    assert field_values(replace(OCCASION, units=(ONE,)), "", organ="厅", **OFFICES)["单位名称"] == "一厂"


def test_the_requests_of_a_template_get_the_names_and_days_of_the_occasion():
    asked = (
        RequestText("督促{单位名称}清缴", "{生态环境局}", DueBy.DEADLINE), RequestText("函复", by=DueBy.REPLY),
        RequestText("重视"),
    )  # fmt: skip
    text = TemplateText(name="督办函", prefix="宁环函", format=Format.LETTER, requests=asked)
    assert drafted_requests(text, OCCASION, {"单位名称": "一厂", "生态环境局": "某局"}) == (
        Request("督促一厂清缴", "某局", date(2026, 12, 31)), Request("函复", "", date(2026, 12, 10)), Request("重视"),
    )  # fmt: skip
