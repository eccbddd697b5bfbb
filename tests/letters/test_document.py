"""文件格式, measured as ink where the standard gives a figure and check_letter.py asks for none."""

from dataclasses import replace

import pypdfium2
import pytest

from casework.letters.compose import compose
from casework.letters.pdf import render
from casework.rules.errors import RuleError
from tests.letters.check_letter import DPI, MM, bars, dark_mask, first_ink, last_ink, red_mask, shot
from tests.letters.samples import BULLETIN

LINE, CHARACTER = 10.39, 16 * MM
PIXEL = 25.4 / DPI


@pytest.fixture(scope="module")
def shots(fonts_folder):
    document = pypdfium2.PdfDocument(render(BULLETIN, fonts=fonts_folder))
    yield [shot(document, n) for n in range(len(document))]
    document.close()


def test_number_line_and_title_follow_the_mark_at_the_standards_distances(shots):
    red, black = red_mask(shots[0]), dark_mask(shots[0])
    [line] = bars(red)
    mark = first_ink(red, 50, 100), last_ink(red, 50, line[0] - 1)
    number = first_ink(black, mark[1], line[0]), last_ink(black, mark[1], line[0])
    assert mark[0] == pytest.approx(72, abs=0.2)
    assert number[0] - mark[1] == pytest.approx(2 * LINE, abs=0.6)  # the ink of a character is a little smaller
    assert line[0] - number[1] == pytest.approx(4, abs=0.6)
    assert first_ink(black, line[1] + 1, 200) - line[1] == pytest.approx(2 * LINE + 2, abs=1)
    assert (line[2], line[3]) == (pytest.approx(28, abs=PIXEL), pytest.approx(184, abs=PIXEL))


def test_the_imprint_ends_with_the_type_area_between_a_thick_a_thin_and_a_thick_line(shots):
    found = bars(dark_mask(shots[-1]))
    assert [round(bottom - top, 2) for top, bottom, *_ in found] == pytest.approx([0.35, 0.25, 0.35], abs=PIXEL)
    assert found[-1][1] == pytest.approx(262, abs=PIXEL)
    assert [bar[2:] for bar in found] == [(pytest.approx(28, abs=PIXEL), pytest.approx(184, abs=PIXEL))] * 3
    assert not bars(dark_mask(shots[0]))


def test_printer_and_day_stand_one_character_in_on_the_last_line(shots, fonts):
    found = compose(BULLETIN, fonts).imprint
    assert found.issuer.text + found.issued.text == "宁夏回族自治区生态环境厅办公室2026年11月23日印发"
    row = dark_mask(shots[-1])[int(254.5 / PIXEL) : int(261 / PIXEL)].any(axis=0).nonzero()[0] * PIXEL
    assert row[0] == pytest.approx(28 + 14 * MM, abs=0.6)
    assert row[-1] == pytest.approx(184 - 14 * MM, abs=0.6)


def test_the_day_of_printing_is_the_day_of_signing_unless_another_is_given(fonts):
    def issued(facts):
        return compose(facts, fonts).imprint.issued.text

    assert issued(replace(BULLETIN, issued=None)) == "2026年11月22日印发"
    assert issued(replace(BULLETIN, issued=None, signed=None)) == "　　　　年　月　日印发"
    assert compose(replace(BULLETIN, issued_by=""), fonts).imprint.issuer.text == BULLETIN.issued_by


def test_a_printer_whose_name_leaves_no_room_for_the_day_is_refused(fonts):
    with pytest.raises(RuleError, match="do not fit on one line") as refused:
        compose(replace(BULLETIN, issued_by="办" * 40), fonts)
    assert refused.value.field == "issued_by"
