"""Titles: broken by meaning, balanced, never one character alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.letters.titles import title_lines

TITLES = st.lists(
    st.sampled_from(
        [
            "关于",
            "督促",
            "石嘴山市",
            "重点排放单位",
            "按期",
            "完成",
            "碳排放",
            "配额",
            "清缴",
            "2026年",
            "的",
            "函",
            "、",
            "《办法》",
            "屹",
        ]
    ),
    min_size=1,
    max_size=25,
).map("".join)


@given(TITLES)
def test_a_title_keeps_all_its_characters_and_no_line_holds_only_one(title):
    lines = title_lines(title)
    assert "".join(lines) == title
    assert len(lines) == 1 or min(map(len, lines)) > 1


@given(TITLES)
def test_a_title_line_fits_and_does_not_start_with_a_closing_mark(title):
    for line in title_lines(title):
        assert sum(0.5 if char.isascii() else 1 for char in line) <= 19.5
        assert line[0] not in "、》" or title.startswith(line[0])


def test_a_short_title_stays_in_one_line():
    assert title_lines("关于做好碳排放配额清缴工作的函") == ("关于做好碳排放配额清缴工作的函",)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "关于督促石嘴山市重点排放单位按期完成碳排放配额清缴的函",
            ("关于督促石嘴山市重点排放单位", "按期完成碳排放配额清缴的函"),
        ),
        (
            "关于督办石嘴山屹川能源有限公司碳排放配额清缴履约工作的函",
            ("关于督办石嘴山屹川能源有限公司", "碳排放配额清缴履约工作的函"),
        ),
    ],
)
def test_titles_are_broken_by_meaning(title, lines):
    assert title_lines(title, ("石嘴山屹川能源有限公司",)) == lines


@pytest.mark.parametrize("pad", range(14))
def test_names_and_numbers_are_never_split(pad):
    name, number = "石嘴山屹川能源有限公司", "2025"
    title = "关于" + "督" * pad + name + "等3家单位" + number + "年度碳排放配额清缴义务的工作督促函"
    lines = title_lines(title, (name,))
    assert any(name in line for line in lines)
    assert any(number + "年" in line for line in lines)


@pytest.mark.parametrize("name", ["珩瑞发电有限公司", "宁东皓源自备电厂有限公司", "崟盛铝电集团股份有限公司"])
def test_a_name_that_nobody_told_of_keeps_what_kind_of_firm_it_is(name):
    lines = title_lines(f"关于商请督促{name}完成碳排放配额清缴的函")
    assert not [line for line in lines if line.startswith(("有限", "股份", "集团", "公司", "自备"))]


def test_a_title_that_no_meaning_can_break_is_cut_into_even_lines():
    assert {len(line) for line in title_lines("A" * 400)} == {18, 19}


@pytest.mark.parametrize("number", ["1234567890123456789", "91640181MA7DEMA01U", "2025-2026", "1,846,320.55"])
@pytest.mark.parametrize("pad", range(0, 30, 3))
def test_a_long_number_is_never_split(number, pad):
    title = "关于" + "督" * pad + "缺口" + number + "吨有关情况的函"
    assert any(number in line for line in title_lines(title))
