"""Letters of every kind and length, with what is hard to set: measured, complete, each line where it was set."""

import io
from itertools import groupby

import pdfplumber
import pypdfium2
import pytest

from casework.letters.compose import compose
from casework.letters.pdf import render
from casework.letters.typeset import MEASURE, MM
from casework.rules.letter_facts import letter_paragraphs, printed_attachments, units_table
from casework.rules.letters import LetterKind
from tests.letters.check_letter import check
from tests.letters.corpus import ATTACHED, LENGTHS, SPICES, UNITS, expected_lines, facts_of, pairwise_cases, text_pages

CASES = pairwise_cases()
CHARTED = next(case for case in CASES if case.kind is LetterKind.BULLETIN and case.attached == "chart and table")
EVERYDAY = [*(next(case for case in CASES if case.length == length) for length in LENGTHS), CHARTED]
LONG_FORM = [pytest.param(case, marks=pytest.mark.proof, id=str(case)) for case in CASES if case not in EVERYDAY]
ALL = [*(pytest.param(case, id=str(case)) for case in EVERYDAY), *LONG_FORM]


def test_every_pair_of_values_occurs():
    assert len(CASES) < 45
    for length in LENGTHS:
        assert {case.kind for case in CASES if case.length == length} >= {case.kind for case in CASES}
        assert {case.units for case in CASES if case.length == length} == set(UNITS)
        assert {case.spice for case in CASES if case.length == length} == set(SPICES)
        assert {case.attached for case in CASES if case.length == length} == set(ATTACHED)
    for kind in {case.kind for case in CASES}:
        assert {case.attached for case in CASES if case.kind == kind} == set(ATTACHED)


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL)
def test_a_letter_of_the_corpus_measures_up_and_loses_nothing(case, fonts, fonts_folder, tmp_path):
    facts = facts_of(case, fonts)
    sheet, pdf, path = compose(facts, fonts), render(facts, fonts=fonts_folder), tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    assert [row for row in check(str(path), str(case.kind.format), "Fang") if not row["ok"]] == []
    check_length(case, sheet)
    check_full_lines(sheet)
    check_text(facts, pdf)
    check_places(sheet, pdf)


def check_length(case, sheet):
    if case.length == "ten pages":
        assert len(sheet.pages) == 10
    elif case.length == "four pages":
        assert text_pages(sheet) == 4


def check_full_lines(sheet):
    for leaf in sheet.pages:
        for slot in leaf.slots:
            for line in slot.lines:
                assert not line.full or abs(line.right - MEASURE) <= 0.4 * MM, line.text


def check_text(facts, pdf):
    """The text can be copied whole: every paragraph and every row of a table, in order."""
    document = pypdfium2.PdfDocument(pdf)
    pages = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    text = "".join(page.removesuffix(f"—{n}—") for n, page in enumerate(pages, 1))
    wanted = [facts.title, f"{facts.addressee}：", *letter_paragraphs(facts)]
    for one in printed_attachments(facts):
        wanted += [one.title, *one.paragraphs, *("".join(row) for row in (one.table.rows if one.table else ()))]
        wanted += [bar.name for bar in (one.chart.bars if one.chart else ())]
    wanted += ["".join(row) for row in (units_table(facts).rows if facts.units else ())]
    assert [part for part in ("".join(part.split()) for part in wanted) if part not in text] == []


def check_places(sheet, pdf):
    """Each line of running text stands on the grid and ends where it was set to end, on pages with tables too."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        drawn = {n: drawn_lines(page) for n, page in enumerate(opened.pages, 1)}
    for page, top, text, right in expected_lines(sheet):
        wanted = "".join(text.split())
        found = [line for line in drawn[page] if line[0] == wanted and abs(line[1] - (top + 10.39 / 2)) < 0.8]
        assert found, (page, text)
        assert abs(found[0][2] - (28 + right / MM)) < 0.4, text


def drawn_lines(page):
    """Text, middle and right edge in mm of the lines of a page."""
    chars = [char for char in page.chars if char["text"].strip() and char["upright"] and char["size"] > 15]
    chars.sort(key=lambda char: (round((char["top"] + char["bottom"]) / 2 / MM / 2), char["x0"]))
    lines = []
    for _key, group in groupby(chars, key=lambda char: round((char["top"] + char["bottom"]) / 2 / MM / 2)):
        line = list(group)
        text = "".join(char["text"] for char in line)
        lines.append((text, (line[0]["top"] + line[0]["bottom"]) / 2 / MM, line[-1]["x1"] / MM))
    return lines
