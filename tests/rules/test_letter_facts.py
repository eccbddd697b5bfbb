"""The facts of a letter: their JSON, and the text that follows from them."""

import json
from dataclasses import dataclass, replace
from datetime import date

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from casework.rules.errors import RuleError
from casework.rules.json_schema import json_schema
from casework.rules.letter_codes import Verification
from casework.rules.letter_facts import (
    Attachment,
    Contact,
    LetterFacts,
    Request,
    Table,
    UnitRow,
    chinese_number,
    day_text,
    facts_refusal,
    gap,
    heading_level,
    letter_paragraphs,
    own_name,
    paragraphs_of,
    printed_attachments,
    units_table,
)
from casework.rules.letters import Format, LetterKind
from casework.rules.plain_json import from_json, to_json
from tests.letters.samples import (
    BULLETIN,
    REMINDER,
    SAMPLES,
    WORK_FIVE_PAGES,
    WORK_ONE_PAGE,
    WORK_TWO_PAGES,
    example,
)


@pytest.mark.parametrize("facts", SAMPLES.values(), ids=SAMPLES)
def test_facts_come_back_from_their_json_as_they_were(facts):
    assert from_json(LetterFacts, to_json(facts)) == facts
    assert to_json(from_json(LetterFacts, to_json(facts))) == to_json(facts)


MISFITS = [
    (("title",), 7, "title", "should be a text"),
    (("title",), "\ud800", "title", "should be a text"),
    (("body",), "文", "body", "should be a list"),
    (("body", 0), None, "body[0]", "should be a text"),
    (("units", 1, "due"), "12", "units[1].due", "should be a whole number"),
    (("units", 1, "due"), True, "units[1].due", "should be a whole number"),
    (("reply_due",), "2026-02-30", "reply_due", "should be a day"),
    (("requests", 1, "by"), "12月", "requests[1].by", "should be a day"),
    (("contact",), [], "contact", "should be an object"),
    (("contact", "fax"), "1", "contact.fax", "no such field"),
    (("kind",), "memo", "kind", "one of: work_supervision, supervision, reminder, notice, bulletin"),
]


def changed(path, value):
    facts = json.loads(to_json(WORK_TWO_PAGES))
    place = facts
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return facts


@pytest.mark.parametrize(("path", "value", "field", "said"), MISFITS)
def test_facts_that_do_not_fit_are_refused_with_the_path_of_the_field(path, value, field, said):
    with pytest.raises(RuleError, match=said) as refused:
        from_json(LetterFacts, json.dumps(changed(path, value)))
    assert refused.value.field == field


def test_a_missing_field_is_named_and_one_with_a_default_may_be_left_out():
    facts = json.loads(to_json(WORK_ONE_PAGE))
    del facts["copies"]
    assert from_json(LetterFacts, json.dumps(facts)) == WORK_ONE_PAGE
    del facts["contact"]["phone"]
    with pytest.raises(RuleError, match="field is missing") as refused:
        from_json(LetterFacts, json.dumps(facts))
    assert refused.value.field == "contact.phone"


@pytest.fixture(scope="module")
def schema():
    return Draft202012Validator(json_schema(LetterFacts), format_checker=FormatChecker())


def test_the_schema_is_one_and_takes_every_letter(schema):
    Draft202012Validator.check_schema(schema.schema)
    for facts in SAMPLES.values():
        schema.validate(json.loads(to_json(facts)))


@dataclass(frozen=True)
class Inner:
    """A part
    of it."""

    day: date


@dataclass(frozen=True)
class Outer:
    """The whole."""

    kind: LetterKind
    parts: tuple[Inner, ...]
    other: Inner | None = None
    said: str | None = None
    sure: bool = True
    count: int = 0


def test_the_schema_of_a_dataclass_says_what_it_is_made_of():
    inner = {
        "description": "A part of it.", "type": "object", "properties": {"day": {"type": "string", "format": "date"}},
        "required": ["day"], "additionalProperties": False,
    }  # fmt: skip
    assert json_schema(Outer) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Outer",
        "description": "The whole.",
        "type": "object",
        "properties": {
            "kind": {"enum": ["work_supervision", "supervision", "reminder", "notice", "bulletin"]},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Inner"}},
            "other": {"anyOf": [{"$ref": "#/$defs/Inner"}, {"type": "null"}]},
            "said": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "sure": {"type": "boolean"},
            "count": {"type": "integer"},
        },
        "required": ["kind", "parts"],
        "additionalProperties": False,
        "$defs": {"Inner": inner},
    }


def test_plain_values_are_written_the_same_way_each_time_and_read_back():
    whole = Outer(LetterKind.NOTICE, (Inner(date(2026, 1, 2)),), said="函")
    text = '{"kind":"notice","parts":[{"day":"2026-01-02"}],"other":null,"said":"函","sure":true,"count":0}'
    assert to_json(whole) == text
    assert from_json(Outer, text) == whole
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("nan"))


@pytest.mark.parametrize(("path", "value", "field", "said"), [row for row in MISFITS if row[1] != "\ud800"])
def test_the_schema_refuses_what_is_refused_at_the_same_place(schema, path, value, field, said):
    [error] = schema.iter_errors(changed(path, value))
    paths = {found.json_path for found in (error, *(error.context or ()))}
    unknown = f".{path[-1]}" if said == "no such field" else ""
    assert f"$.{field.removesuffix(unknown)}" in paths


@pytest.mark.parametrize(
    ("attachment", "field"),
    [
        (Attachment(" "), "attachments[1].title"),
        (Attachment("表", table=Table((), ())), "attachments[1].table.head"),
        (Attachment("表", table=Table(("甲", "乙"), (("1", "2"), ("1",)))), "attachments[1].table.rows[1]"),
        (Attachment("表", table=Table(("甲",), (("1",),), numeric=(1,))), "attachments[1].table.numeric"),
    ],
)
def test_an_attachment_that_cannot_be_printed_is_refused_at_its_place(attachment, field):
    facts = replace(WORK_TWO_PAGES, attachments=(Attachment("附表", ("文",)), attachment))
    assert facts_refusal(facts).field == field


def test_a_number_that_is_none_is_refused_at_its_place():
    assert facts_refusal(replace(WORK_TWO_PAGES, number="128号")).field == "number"


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_what_is_no_object_is_no_letter(text):
    with pytest.raises(RuleError) as refused:
        from_json(LetterFacts, text)
    assert refused.value.field == (None if text in {"", "{"} else "$")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("一、总体", 1),
        ("十二、附则", 1),
        ("（三）资金", 2),
        ("1.记录", 3),
        ("（2）台账", 4),
        ("1.5吨", 0),
        ("一是", 0),
        ("（见附件）", 0),
    ],
)
def test_headings_are_known_by_their_number(text, level):
    assert heading_level(text) == level


def test_chinese_numbers_and_days_are_written_as_letters_write_them():
    assert [chinese_number(n) for n in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]
    assert day_text(date(2023, 7, 1)) == "2023年7月1日"
    assert [own_name(organ) for organ in ("生态环境厅", "生态环境局", "管理委员会")] == ["我厅", "我局", "我委"]


def test_a_text_box_gives_one_paragraph_a_line():
    assert paragraphs_of(" 一、总体 \r\n\n　正文。\n") == ("一、总体", "正文。")


def test_requests_are_numbered_one_level_below_the_headings_with_who_and_by_when():
    asked = (Request("制定计划。", "市生态环境局", date(2026, 12, 5)), Request("落实资金。"))
    flat = letter_paragraphs(replace(WORK_ONE_PAGE, requests=asked))
    assert flat[1:3] == ("一、制定计划（建议由市生态环境局牵头，于2026年12月5日前完成）。", "二、落实资金。")
    below = letter_paragraphs(replace(WORK_TWO_PAGES, requests=asked))
    assert below[-4].startswith("（一）制定计划")
    assert below[-2:] == ("请于2026年12月10日前将办理情况书面函复我厅。", "特此函达，盼复。")


def test_the_table_of_units_sums_up_and_never_counts_a_surplus_as_owed():
    table = units_table(
        replace(WORK_ONE_PAGE, units=(UnitRow("甲", "2025年度", 1200, 200), UnitRow("乙", "2025年度", 10, 12)))
    )
    assert table.head == ("序号", "重点排放单位", "履约年度", "应清缴量（吨）", "已清缴量（吨）", "缺口（吨）")
    assert table.numeric == (3, 4, 5)
    assert len(units_table(replace(WORK_ONE_PAGE, units=(UnitRow("甲", "2025年度", 1200, 200),))).rows) == 1
    assert table.rows == (
        ("1", "甲", "2025年度", "1,200", "200", "1,000"),
        ("2", "乙", "2025年度", "10", "12", "0"),
        ("", "合计", "", "1,210", "212", "1,000"),
    )


def test_the_table_of_units_is_the_first_attachment_unless_it_stands_in_the_text():
    table, *others = printed_attachments(replace(WORK_FIVE_PAGES, units_day=date(2026, 11, 20)))
    as_of = ("数据截至2026年11月20日。",)
    assert table == Attachment(WORK_FIVE_PAGES.units_title, as_of, units_table(WORK_FIVE_PAGES))
    assert others == list(WORK_FIVE_PAGES.attachments)
    assert printed_attachments(replace(WORK_FIVE_PAGES, units_day=None))[0].paragraphs == ()
    assert printed_attachments(WORK_TWO_PAGES) == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"organ": ""}, "organ"),
        ({"addressee": " "}, "addressee"),
        ({"contact": Contact("", "0951-5160000")}, "contact.person"),
        ({"contact": Contact("张三", " ")}, "contact.phone"),
        ({"body": ()}, "body"),
        ({"body": ("", " ")}, "body"),
        ({"title": f"关于{gap('单位名称')}的函"}, "title"),
        ({"body": (f"请{gap('何事')}。",)}, "body"),
        ({"copies": (gap("何处"),)}, "body"),
        ({"format": Format.DOCUMENT}, "format"),
        ({"verification": Verification("60RK-4CSM-6MV3-EE1S", "https://example.cn")}, "verification.code"),
        ({"verification": Verification("60RK4CSM6MV3EE1S", "example.cn")}, "verification.address"),
        ({"body": ("碳" * 20_001,)}, "body"),
        ({"units_after": 9}, "units_after"),
        ({"units_after": 0}, "units_after"),
    ],
)
def test_what_a_letter_lacks_is_said_before_review(change, field):
    refused = facts_refusal(replace(WORK_ONE_PAGE, **change))
    assert refused.field == field
    assert refused.params.get("path", field) == field


FEW = replace(WORK_ONE_PAGE, body=("一", "二"), requests=(), reply_due=None, closing="三")


@pytest.mark.parametrize(
    "change",
    [
        {"units_after": 1},
        {"units_after": 2},
        {"body": ("碳" * 19_999,)},
        {"number": "宁环函〔2026〕128号"},
        {"format": Format.LETTER},
        {"verification": Verification("60RK4CSM6MV3EE1S", "https://example.cn")},
        {
            "attachments": (
                Attachment("附表", table=Table(("甲", "乙"), (("1", "2"),), numeric=(0, 1))),
                Attachment("文"),
            )
        },
    ],
)
def test_a_letter_that_lacks_nothing_is_not_held_up(change):
    assert facts_refusal(replace(FEW, **change)) is None


def test_what_is_refused_is_said_with_its_numbers():
    assert facts_refusal(replace(FEW, body=("碳" * 20_000,))).params == {"most": 20_000}
    assert facts_refusal(replace(FEW, title=gap("何事"))).params == {"what": "【待填：何事】"}
    [row] = [Attachment("表", table=Table(("甲", "乙"), (("1",),)))]
    assert facts_refusal(replace(FEW, attachments=(row,))).params == {"cells": 1, "columns": 2}
    assert str(facts_refusal(replace(FEW, number="128号")))


def test_each_kind_ends_in_its_own_words_and_asks_for_an_answer_only_where_a_day_is_set():
    assert [letter_paragraphs(example(kind))[-1] for kind in LetterKind] == [
        "特此函达，盼复。",
        "特此函达，盼复。",
        "特此提醒。",
        "特此通知。",
        "特此通报。",
    ]
    assert letter_paragraphs(REMINDER)[-2] == "请于2026年12月4日前将落实情况书面报送我厅。"
    assert not any("前将" in text for text in letter_paragraphs(replace(BULLETIN, reply_due=None)))


def test_a_government_is_proposed_who_leads_and_a_bureau_is_told():
    assert any("（由石嘴山市生态环境局牵头" in text for text in letter_paragraphs(BULLETIN))
    assert any("（建议由市生态环境局牵头" in text for text in letter_paragraphs(WORK_TWO_PAGES))
