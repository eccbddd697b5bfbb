"""Where everything stands on the paper and what it belongs to, without a PDF."""

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.letters.compose import compose
from casework.letters.fonts import Face
from casework.letters.marks import BLACK, RED, Bar, Element, Words
from casework.letters.places import placed
from casework.letters.typeset import MEASURE, MM
from casework.rules.errors import RuleError
from casework.rules.letter_codes import Verification
from casework.rules.letter_facts import Attachment, Bars, Chart, Contact, Table, day_text, letter_paragraphs
from tests.letters.samples import BULLETIN, SAMPLES, SUPERVISION_ONE_PAGE, WORK_ONE_PAGE, WORK_TWO_PAGES

CODE = Verification("0123456789ABCDEF", "https://x.example.cn")
WIDE = Table(tuple(f"第{n}栏（吨）" for n in range(6)), (("1,234,567,890",) * 6,) * 20, numeric=(1, 2, 3))
ATTACHED = Attachment("各地情况", (), WIDE, Chart(("按家数",), (Bars("银川市", (9_000,)),), 9_500))
TEXTS = st.text(st.sampled_from("碳排放配额清缴，。“”（）—12,345.67%CO₂喆·• abc"), min_size=1, max_size=400)


@pytest.fixture(scope="module")
def place(fonts):
    return lambda facts: placed(compose(facts, fonts), facts, fonts)


def read(paper, element):
    """What is read aloud of an element, without blanks."""
    numbered = [{piece.number: piece.marks for piece in page} for page in paper.pages]
    said = ""
    for one in element.inside:
        if isinstance(one, Element):
            said += read(paper, one)
        else:
            said += "".join(mark.text for mark in numbered[one.page][one.number] if isinstance(mark, Words))
    return "".join(said.split())


def marks_of(paper, page):
    return [mark for piece in paper.pages[page] for mark in piece.marks]


def ornaments(paper, page):
    return [mark for piece in paper.pages[page] if piece.number is None for mark in piece.marks]


def found(paper, text, page=0):
    return next(mark for mark in marks_of(paper, page) if isinstance(mark, Words) and text in mark.text)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_part_of_a_page_belongs_to_one_element_or_is_ornament(place, name):
    paper = place(SAMPLES[name])
    owners = defaultdict(int)
    for element in paper.document.every():
        for one in element.inside:
            if not isinstance(one, Element):
                owners[one] += 1
    assert set(owners.values()) == {1}
    assert set(owners) == {
        (n, piece.number) for n, page in enumerate(paper.pages) for piece in page if piece.number is not None
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_stands_beside_the_paper_or_below_another_pages_number(place, name):
    paper = place(replace(SAMPLES[name], verification=CODE))
    for page in range(len(paper.pages)):
        for mark in marks_of(paper, page):
            assert 20 * MM - 0.01 <= mark.x <= 190 * MM, mark
            assert 28 * MM < mark.y < 293 * MM, mark


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.lists(TEXTS.filter(str.strip), min_size=1, max_size=4))
def test_what_is_read_aloud_is_the_letter_each_paragraph_whole(place, body):
    facts = replace(WORK_ONE_PAGE, body=tuple(body), copies=("甲局", "乙局"), verification=CODE)
    paper = place(facts)
    contact = f"（联系人：{facts.contact.person}，联系电话：{facts.contact.phone}）"
    above = [facts.organ, facts.number, facts.title, f"{facts.addressee}：", *letter_paragraphs(facts)]
    below = [facts.organ, day_text(facts.signed), contact, "抄送：甲局，乙局。"]
    code = ["扫描二维码或凭验证码核验真伪和效力", "", "验证码0123-456789AB-CDEF"]
    assert [read(paper, one) for one in paper.document.inside] == [
        "".join(text.split()) for text in (*above, *below, *code)
    ]


def test_a_table_that_goes_on_is_one_table_and_its_head_is_read_once(place):
    facts = replace(SUPERVISION_ONE_PAGE, units=WORK_TWO_PAGES.units * 15, units_after=1)
    paper = place(facts)
    [table] = [one for one in paper.document.inside if one.tag == "Table"]
    rows = [[cell.tag for cell in row.inside] for row in table.inside]
    assert rows == [["TH"] * 6] + [["TD"] * 6] * 46
    assert len({one.page for element in table.every() for one in element.inside if not isinstance(one, Element)}) > 1
    assert read(paper, paper.document).count("重点排放单位履约年度") == 1
    assert sum("序号" in mark.text for mark in ornaments(paper, 1) if isinstance(mark, Words)) == 1


def test_headings_title_and_figures_are_known_as_what_they_are(place):
    tags = [one.tag for one in place(replace(WORK_TWO_PAGES, verification=CODE)).document.inside]
    assert (tags.count("H1"), tags.count("H2"), tags.count("Table"), tags.count("Figure")) == (1, 3, 1, 1)
    drawn = place(replace(BULLETIN, attachments=(replace(ATTACHED, table=None),)))
    [chart] = [one for one in drawn.document.inside if one.tag == "Figure"]
    assert "银川市" in chart.says
    assert chart.box[2:] == (pytest.approx(MEASURE), pytest.approx(2 * 10.39 * MM))


def test_the_letters_rules_are_red_170_mm_long_and_at_the_standards_places(place):
    rules = [mark for mark in ornaments(place(WORK_TWO_PAGES), 0) if isinstance(mark, Bar) and mark.colour == RED]
    assert [(bar.x / MM, bar.width / MM) for bar in rules] == [(pytest.approx(20), pytest.approx(170))] * 4
    assert [bar.height / MM for bar in rules] == pytest.approx([0.75, 0.2, 0.2, 0.75])
    assert (rules[3].y + rules[3].height) / MM == pytest.approx(277)
    assert rules[1].y + rules[1].height - rules[0].y == pytest.approx(1.85 * MM)


def test_numbers_of_pages_stand_outside_and_a_letters_first_page_has_none(place):
    letter, document = place(SAMPLES["work_three_pages"]), place(BULLETIN)
    assert not [mark for mark in ornaments(letter, 0) if isinstance(mark, Words)]
    assert found(letter, "— 2 —", 1).x == pytest.approx(28 * MM + 14)
    assert found(letter, "— 3 —", 2).x > 150 * MM
    assert found(document, "— 1 —").face is Face.SONG


def test_runs_of_several_hands_follow_each_other_without_a_gap(place, fonts):
    facts = replace(WORK_ONE_PAGE, body=("甲" * 20 + "喆" + "乙" * 40,))
    line = sorted(mark for mark in marks_of(place(facts), 0) if mark[1] == found(place(facts), "喆").y)
    assert [one.face for one in line] == [Face.FANG, Face.RARE, Face.FANG]
    for one, after in pairwise(line):
        width = sum(fonts.advance(char, one.face) * 0.016 + one.spacing for char in one.text)
        assert after.x == pytest.approx(one.x + width)
    last = line[-1]
    end = last.x + sum(fonts.advance(char, last.face) * 0.016 + last.spacing for char in last.text) - last.spacing
    assert end == pytest.approx(184 * MM, abs=0.02)


def test_a_wide_attachment_is_turned_to_the_left_within_the_type_area(place):
    facts = replace(BULLETIN, attachments=(ATTACHED,))
    paper = place(facts)
    page = next(
        n for n in range(len(paper.pages)) if any(getattr(mark, "upward", False) for mark in marks_of(paper, n))
    )
    turned = [mark for mark in marks_of(paper, page) if isinstance(mark, Words) and mark.upward]
    assert found(paper, "附件", page).upward
    assert all(25 * MM < mark.x < 184 * MM and 37 * MM < mark.y < 262 * MM for mark in turned)
    assert found(paper, "附件", page).x < found(paper, "各地情况", page).x, "the head lies along the left edge"
    bars = [mark for mark in ornaments(paper, page) if isinstance(mark, Bar) and mark.colour == BLACK]
    assert {round(min(bar.width, bar.height), 3) for bar in bars} == {0.5}


def test_what_a_chart_says_is_refused_where_no_font_has_it(place):
    facts = replace(BULLETIN, attachments=(replace(ATTACHED, chart=Chart(("😀",), (Bars("甲", (1,)),))),))
    with pytest.raises(RuleError, match=r"U\+1F600"):
        place(facts)


def test_the_person_to_ask_is_set_as_any_text(place):
    paper = place(replace(WORK_ONE_PAGE, contact=Contact("张·•三", "1")))
    assert "张·•三" in read(paper, paper.document)
