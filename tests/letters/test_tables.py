"""Tables: column widths from the content, and wide ones turned on an upright page."""

import io
import re
from dataclasses import replace

import pdfplumber
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.letters.compose import compose
from casework.letters.pdf import render
from casework.letters.tables import column_widths, is_wide, table_slots
from casework.letters.typeset import MEASURE
from casework.rules.errors import RuleError
from casework.rules.letter_facts import Attachment, Table, units_table
from tests.letters.check_letter import check
from tests.letters.samples import NOTICE, WORK_TWO_PAGES
from tests.letters.test_typeset import Plain

MM = 25.4 / 72
YEARS = tuple(f"{year}年度{what}（吨）" for year in (2023, 2024, 2025) for what in ("应清缴量", "已清缴量"))
WIDE = Table(
    ("序号", "重点排放单位", *YEARS, "缺口（吨）", "备注"),
    tuple(
        (
            str(n),
            f"石嘴山市第{n}热电有限责任公司",
            *(("1,846,320", "1,203,115") * 3),
            "643,205",
            "正在落实购买配额的资金",
        )
        for n in range(1, 16)
    ),
    numeric=tuple(range(2, 9)),
)
LETTER = replace(
    NOTICE, attachments=(Attachment("历年清缴情况表", ("单位：吨。",), WIDE),), copies=("自治区发展改革委",)
)
CELLS = st.sampled_from(["", "1", "1,846,320", "石嘴山屹川能源有限公司", "CCER", "落实资金，按期清缴。", "（备注）"])


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=8)))
def test_columns_fill_the_measure_and_every_cell_keeps_its_text_and_its_numbers(rows):
    table = Table(tuple("栏目" for _ in rows[0]), tuple(rows))
    assert sum(column_widths(table, Plain())) == pytest.approx(MEASURE)
    for slot, row in zip(table_slots(table, 1, Plain())[1:], rows, strict=True):
        for cell, text, width in zip(slot.cells, row, slot.columns, strict=True):
            lines = [line.text for line in cell.lines]
            assert "".join(lines) == text
            assert all(line.width <= width for line in cell.lines)
            assert re.fullmatch(r"[\d,]+", text) is None or len(lines) == 1


def test_a_line_of_a_narrow_cell_holds_as_many_characters_as_fit():
    table = Table(("名称",), (("石嘴山市第一热电有限责任公司",),))
    [cell] = table_slots(table, 1, Plain(), 5 * 12 + 7)[1].cells
    assert [len(line.text) for line in cell.lines] == [5, 5, 4]


def test_the_table_of_units_stands_upright_and_a_table_of_many_columns_is_turned():
    assert not is_wide(units_table(WORK_TWO_PAGES), Plain())
    assert is_wide(WIDE, Plain())


def test_a_table_too_wide_even_for_a_turned_page_is_refused(fonts):
    table = Table(tuple(f"第{n}栏" for n in range(20)), (("1,846,320",) * 20,))
    with pytest.raises(RuleError, match="too wide"):
        compose(replace(NOTICE, attachments=(Attachment("表", (), table),)), fonts)


def test_a_row_higher_than_a_page_is_refused(fonts):
    table = Table(("甲", "乙"), (("一", "请支持。" * 400),))
    with pytest.raises(RuleError, match="higher than a page"):
        compose(replace(NOTICE, attachments=(Attachment("表", (), table),)), fonts)


@pytest.fixture(scope="module")
def turned(fonts_folder):
    return render(LETTER, fonts=fonts_folder)


def test_a_wide_table_is_turned_and_the_page_number_stays_where_it_is(turned, tmp_path):
    (tmp_path / "letter.pdf").write_bytes(turned)
    assert [row for row in check(str(tmp_path / "letter.pdf"), "letter", "Fang") if not row["ok"]] == []
    with pdfplumber.open(io.BytesIO(turned)) as pdf:
        assert len(pdf.pages) == 5
        for page in pdf.pages[2:]:
            lying = [char for char in page.chars if not char["upright"]]
            assert len(lying) > 200
            assert all(char["x0"] * MM >= 27.9 and char["x1"] * MM <= 184.1 for char in lying)
            assert all(char["top"] * MM >= 36.9 and char["bottom"] * MM <= 262.1 for char in lying)
            assert all(char["matrix"][1] > 0 for char in lying)  # read from below: the head lies to the left
            assert page.rotation == 0
        below = [char for char in pdf.pages[-1].chars if char["upright"]]
        lowest = max(char["bottom"] for char in pdf.pages[-1].chars if not char["upright"])
        assert min(char["top"] for char in below) > lowest


def test_the_text_of_a_turned_table_is_copied_whole_with_its_head_on_every_page(turned):
    document = pypdfium2.PdfDocument(turned)
    pages = ["".join(document[n].get_textpage().get_text_range().split()) for n in range(2, len(document))]
    document.close()
    assert all("重点排放单位" in page and "2024年度已清缴量（吨）" in page for page in pages)
    assert all(f"石嘴山市第{n}热电有限责任公司1,846,320" in "".join(pages) for n in range(1, 16))
