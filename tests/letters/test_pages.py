"""Pages of 22 lines: what stays together, and a signature that is never alone."""

from dataclasses import replace

import pytest

from casework.letters.compose import compose
from casework.letters.pages import PAGE_LINES, Slot, blank, close, fill, height
from casework.rules.errors import RuleError
from tests.letters.samples import WORK_ONE_PAGE


def text(n, keeps=False):
    return Slot("text", n, keeps=keeps)


def texts(count):
    return [text(n) for n in range(count)]


SIGNATURE = [blank(0), blank(0), Slot("signer", 90), Slot("date", 91), Slot("text", 92)]
TIGHT = SIGNATURE[1:]


def test_a_page_holds_22_lines_and_the_first_one_fewer():
    assert [len(page) for page in fill(texts(60), 15)] == [15, 22, 22, 1]


def test_a_heading_at_the_foot_of_a_page_goes_over_with_its_text():
    pages = fill([*texts(14), text(50, keeps=True), text(51)], 15)
    assert [slot.block for slot in pages[1]] == [50, 51]


def test_no_page_after_the_first_begins_with_a_blank_line():
    pages = fill([*texts(15), blank(0), text(99)], 15)
    assert [slot.block for slot in pages[1]] == [99]


def test_a_table_repeats_its_head_on_the_next_page():
    head = Slot("head", 7, keeps=True)
    rows = [Slot("row", 7, head=head) for _ in range(10)]
    pages = fill([*texts(10), head, *rows], 15)
    assert [slot.what for slot in pages[1]][:2] == ["head", "row"]
    assert sum(slot.what == "row" for page in pages for slot in page) == 10


@pytest.mark.parametrize("foot", [0, 2])
def test_the_signature_never_stands_alone_and_no_line_is_lost(foot):
    for count in range(1, 60):
        pages = close(fill(texts(count), 15), [SIGNATURE, TIGHT], 15, foot=foot)
        last = [slot.what for slot in pages[-1]]
        assert last[: last.index("signer")].count("text") >= 1, count
        assert sum(slot.block < 90 and slot.what == "text" for page in pages for slot in page) == count
        assert height(pages[-1]) + foot <= (15 if len(pages) == 1 else PAGE_LINES), count
        assert all(pages), count


def test_the_gap_above_the_signature_gives_way_before_text_goes_over():
    pages = close(fill(texts(11), 15), [SIGNATURE, TIGHT], 15)
    assert len(pages) == 1
    assert len(close(fill(texts(12), 15), [SIGNATURE, TIGHT], 15)) == 2


def test_an_end_that_fits_on_no_page_is_refused():
    with pytest.raises(RuleError, match="do not fit"):
        close(fill(texts(20), 15), [[text(n) for n in range(22)]], 15)


def test_a_title_of_more_than_six_lines_is_refused(fonts):
    with pytest.raises(RuleError, match="more than 6 lines") as refused:
        compose(replace(WORK_ONE_PAGE, title="关于督办碳排放配额清缴工作的函" * 9), fonts)
    assert refused.value.field == "title"
