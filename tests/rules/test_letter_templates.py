"""What a version of a letter template may say."""

from dataclasses import replace

import pytest

from casework.rules.letter_templates import DueBy, RequestText, first_text, template_lines, text_refusal
from casework.rules.letters import KINDS, Format, LetterKind


@pytest.mark.parametrize("kind", LetterKind)
def test_the_first_template_of_each_kind_begins_with_what_its_row_says(kind):
    text = first_text(kind)
    assert text_refusal(text, kind) is None
    assert (text.name, text.prefix, text.format) == (kind.chinese, kind.prefix, kind.format)
    assert (text.replied_how, text.closing) == (KINDS[kind].replied_how, KINDS[kind].closing)


LETTER = replace(first_text(LetterKind.SUPERVISION), title="关于{单位名称}的函", basis="一\n二", body="三")
ASKED = (RequestText("做好甲"), RequestText("做好乙", "{生态环境剧}", DueBy.REPLY))


@pytest.mark.parametrize(
    ("changes", "field", "line"),
    [
        ({"name": " "}, "name", None),
        ({"prefix": ""}, "prefix", None),
        ({"prefix": "宁环 函"}, "prefix", None),
        ({"prefix": "2宁环函"}, "prefix", None),
        ({"format": Format.DOCUMENT}, "format", None),
        ({"title": "关于{单位}的函"}, "title", 1),
        ({"basis": "一\n{年度}"}, "basis", 2),
        ({"body": "一\n二\n{"}, "body", 3),
        ({"replied_how": "{甲乙丙丁}"}, "replied_how", 1),
        ({"closing": "{甲乙丙丁}"}, "closing", 1),
        ({"requests": ASKED}, "requests", 2),
        ({"requests": (RequestText("做好\n甲", "{生态环境\n剧}"),)}, "requests", 1),
    ],
)
def test_what_cannot_be_saved_is_refused_where_it_stands(changes, field, line):
    refusal = text_refusal(replace(LETTER, **changes), LetterKind.SUPERVISION)
    assert (refusal.field, refusal.params.get("line")) == (field, line)


def test_a_bulletin_may_be_printed_in_either_format():
    text = first_text(LetterKind.BULLETIN)
    assert [text_refusal(replace(text, format=one), LetterKind.BULLETIN) for one in Format] == [None, None]


def test_everything_that_a_version_says_stands_in_its_lines():
    asked = (
        RequestText("做好甲", "某局", DueBy.REPLY),
        RequestText("做好乙", by=DueBy.DEADLINE),
        RequestText("做好丙"),
    )
    text = replace(LETTER, requests=asked)
    assert template_lines(text) == [
        "督办函　宁环函　信函格式", "关于{单位名称}的函", "一", "二", "三",
        "做好甲　某局　【回函日期】", "做好乙　【截止日期】", "做好丙", "将办理情况书面函复", "特此函达，盼复。",
    ]  # fmt: skip
