"""Fields of templates: an unknown one is refused with its line, and a known one is replaced once and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.letter_fields import FIELDS, field_refusal, fill
from casework.web.forms import say

PLAIN = st.text(st.characters(exclude_characters="{}｛｝", exclude_categories=["Cs"]))
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.sampled_from(sorted(FIELDS))


@pytest.mark.parametrize(
    ("text", "line", "name", "nearest"),
    [
        ("第一行\n第二行{单位名称}\n{单位名城}", 3, "单位名城", "单位名称"),
        ("{地去}", 1, "地去", "地区"),
        ("{履约年份}与{地区}", 1, "履约年份", "履约年度"),
        ("一\r\n｛截至日期｝", 2, "截至日期", "截止日期"),
        ("{地区.__class__}", 1, "地区.__class__", None),
        ("{0}", 1, "0", None),
        ("{}", 1, "", None),
        ("{% raw %}", 1, "% raw %", None),
    ],
)
def test_an_unknown_field_is_refused_with_its_line_and_the_nearest_known_one(text, line, name, nearest):
    refusal = field_refusal(text, "body")
    assert refusal.field == "body"
    assert (refusal.params["line"], refusal.params["name"]) == (line, name)
    if nearest:
        assert refusal.params["nearest"] == nearest


@pytest.mark.parametrize("text", ["{单位名称", "单位名称}", "一\n{{单位名称}}", "{单位\n名称}", "{% if x %}{"])
def test_a_bracket_that_stands_alone_is_refused(text):
    assert field_refusal(text, "body")


@pytest.mark.parametrize(
    "text", ["", "没有字段", "{单位名称}", "{ 单位名称 }", "｛单位名称｝和{地区}", "100%、$x、<b>粗</b>"]
)
def test_known_fields_and_plain_text_are_taken(text):
    assert field_refusal(text, "body") is None


def test_the_refusal_reads_like_a_sentence_of_the_office(app):
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        sentence = say(field_refusal("第一行\n\n{单位名城}", "body"))
    assert sentence == "第3行：没有“{单位名城}”这个字段，是否为“{单位名称}”？"


@given(PLAIN)
def test_text_without_a_field_stays_as_it_is(text):
    assert fill(text, dict.fromkeys(FIELDS, "值")) == text


@given(st.lists(st.tuples(PLAIN, NAMES)), PLAIN, st.dictionaries(NAMES, ANYTHING))
def test_each_field_is_replaced_once_and_nothing_else_is_lost_or_changed(parts, end, values):
    text = "".join(f"{before}{{{name}}}" for before, name in parts) + end
    expected = "".join(before + values.get(name, f"【待填：{name}】") for before, name in parts) + end
    assert fill(text, values) == expected


@given(ANYTHING)
def test_what_a_value_holds_is_not_read_again(value):
    assert fill("{单位名称}{地区}", {"单位名称": value, "地区": "{单位名称}"}) == value + "{单位名称}"


@pytest.mark.parametrize("brackets", ["{地区}", "｛地区｝", "{ 地区 }"])
def test_a_field_may_be_typed_in_either_width(brackets):
    assert fill(f"在{brackets}内", {"地区": "银川市"}) == "在银川市内"


def test_a_missing_fact_is_marked_and_an_empty_one_is_empty():
    assert (
        fill("由{生态环境局}牵头。{此前督促}", {"生态环境局": None, "此前督促": ""}) == "由【待填：生态环境局】牵头。"
    )
