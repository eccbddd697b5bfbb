"""Lines of Chinese text, by properties: nothing lost, no forbidden start or end, every full line flush right."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casework.letters.fonts import Face
from casework.letters.typeset import (
    BODY_SIZE,
    CELL,
    MEASURE,
    MM,
    NO_LINE_END,
    NO_LINE_START,
    glyphs,
    set_paragraph,
    text_width,
    widest_piece,
)

WORDS = st.sampled_from(
    [
        "重点排放单位",
        "碳",
        "配额",
        "清缴",
        "石嘴山屹川能源有限公司",
        "2026年12月31日",
        "1,918,735吨",
        "94.74%",
        "CCER",
        "CO2",
        "2×660MW",
        "0951-5160000",
        "“一企一策”",
        "《暂行条例》",
        "（见附件）",
        "——",
        "……",
        "喆",
        " ",
        "的",
        "，",
        "。",
        "；",
        "：",
        "、",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=120).map("".join)


HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
ANYTHING = st.text(
    st.one_of(HAN, HAN, HAN, st.sampled_from("，。、；：？！）》”％…—“（《·0123456789.,-/%ABCabc ")),
    min_size=1,
    max_size=300,
)


class Plain:
    """Every character as wide as it is high, Latin half of that."""

    def face_for(self, char, face):
        return face

    def advance(self, char, face):
        return 500 if char.isascii() else 1000


def lines_of(text, first=2 * CELL):
    return set_paragraph(glyphs(text, Face.FANG, BODY_SIZE, Plain()), first=first)


@given(TEXTS)
def test_no_text_is_lost_or_changed(text):
    assert "".join(line.text for line in lines_of(text)) == text


@given(TEXTS)
def test_every_full_line_ends_at_the_right_edge(text):
    lines = lines_of(text)
    for line in lines:
        assert line.right <= MEASURE + 0.4 * MM
        drawn = [16 if not c.isascii() else 8 for c in line.text.rstrip()]
        assert line.width == pytest.approx(sum(drawn) + line.spacing * max(0, len(drawn) - 1), abs=0.05)
    for line in lines[:-1]:
        assert line.full
        assert abs(line.right - MEASURE) <= 0.4 * MM


@given(ANYTHING, st.sampled_from([0.0, 2 * CELL]))
def test_whatever_is_typed_is_set_whole_flush_right_and_without_a_forbidden_start_or_end(text, first):
    content = glyphs(text, Face.FANG, BODY_SIZE, Plain())
    lines = set_paragraph(content, first=first)
    assert "".join(line.text for line in lines) == text
    assert all(line.right <= MEASURE + 0.4 * MM for line in lines)
    assert all(abs(line.right - MEASURE) <= 0.4 * MM for line in lines if line.full)
    if widest_piece(content) <= MEASURE - first:  # what no line holds is divided wherever it must
        assert not [line.text for line in lines[1:] if line.text[0] in NO_LINE_START]
        assert not [line.text for line in lines[:-1] if line.text.rstrip()[-1:] in NO_LINE_END]
        assert all(line.full or len(line.text.rstrip()) == 1 for line in lines[:-1])


@given(st.lists(WORDS.filter(lambda word: word not in "，。；：、 "), min_size=1, max_size=80).map("，".join))
def test_no_line_starts_or_ends_with_a_forbidden_mark(text):
    lines = lines_of(text)
    assert not [line.text for line in lines[1:] if line.text[0] in NO_LINE_START]
    assert not [line.text for line in lines[:-1] if line.text[-1] in NO_LINE_END]


@given(TEXTS)
def test_numbers_words_and_double_marks_stay_whole(text):
    assume(widest_piece(glyphs(text, Face.FANG, BODY_SIZE, Plain())) <= MEASURE - 2 * CELL)  # else no line holds it
    lines = [line.text for line in lines_of(text)]
    for before, after in pairwise(lines):
        assert not (before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalnum())
        assert not (before[-1] == after[0] == "—" and (len(before) - len(before.rstrip("—"))) % 2)
        assert not (before[-1] == after[0] == "…")


def test_a_full_line_holds_28_characters():
    lines = lines_of("碳" * 26 + "配" * 28 + "额" * 10)
    assert [len(line.text) for line in lines] == [26, 28, 10]
    assert lines[1].spacing == pytest.approx(-0.2146, abs=0.001)


def test_the_first_line_starts_two_characters_in_and_the_rest_flush_left():
    lines = lines_of("碳" * 60)
    assert lines[0].left == pytest.approx(2 * 156 / 28 * MM)
    assert [line.left for line in lines[1:]] == [0.0, 0.0]


def test_a_paragraph_does_not_end_in_a_line_of_one_character():
    assert len(lines_of("碳" * (26 + 28 + 1) + "。")[-1].text) > 2


def test_a_word_longer_than_a_line_is_broken_rather_than_run_over_the_edge():
    lines = lines_of("见" + "https" * 40)
    assert "".join(line.text for line in lines) == "见" + "https" * 40
    assert all(line.right <= MEASURE + 0.01 for line in lines)


def test_unjustified_text_keeps_its_natural_width_and_fits():
    lines = set_paragraph(glyphs("碳" * 30, Face.FANG, 12, Plain()), 100, spacing=0.0, justify=False)
    assert [len(line.text) for line in lines] == [8, 8, 8, 6]
    assert not any(line.spacing or line.full for line in lines)


def test_a_number_with_its_unit_is_not_torn():
    lines = lines_of("碳" * 23 + "2026年12月31日" + "碳" * 30)
    starts = [line.text[0] for line in lines]
    assert "月" not in starts
    assert "日" not in starts


def test_an_empty_paragraph_has_no_lines():
    assert set_paragraph([]) == []


def test_quotes_and_dashes_are_full_width_in_every_hand(fonts):
    for face in (Face.FANG, Face.KAI, Face.HEI, Face.SONG, Face.TITLE):
        assert {text_width(char, face, 16, fonts) for char in "“”‘’—…·，。"} == {16.0}
