"""The QR code and the code on the last page: where they stand, what they hold, and that nothing else moves."""

import io
from dataclasses import replace
from datetime import date

import numpy as np
import pikepdf
import pypdfium2
import pytest
import segno

from casework.letters.compose import compose
from casework.letters.pdf import render
from casework.rules.errors import RuleError
from casework.rules.letter_codes import Verification
from casework.rules.letter_facts import facts_refusal
from casework.rules.plain_json import from_json, to_json
from tests.letters.check_letter import check
from tests.letters.samples import SAMPLES, WORK_ONE_PAGE, WORK_TWO_PAGES

CODE = "60RK4CSM6MV3EE1S"
LONG = Verification(CODE, "https://" + "a" * 40 + ".example/x/y")
CHECKED = Verification(CODE, "https://sthjt.example.cn")
DPI = 600


def with_code(facts, verification=CHECKED):
    return replace(facts, verification=verification)


def measured(pdf, path, facts):
    path.write_bytes(pdf)
    return check(str(path), str(facts.kind.format), "Fang")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_letter_with_its_code_measures_up_in_as_many_checks_as_without(fonts_folder, tmp_path, name):
    facts = SAMPLES[name]
    rows = measured(render(with_code(facts), fonts=fonts_folder), tmp_path / "letter.pdf", facts)
    plain = measured(render(facts, fonts=fonts_folder), tmp_path / "plain.pdf", facts)
    assert [row for row in rows if not row["ok"]] == []
    assert [row["check"] for row in rows] == [row["check"] for row in plain]


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_else_moves_for_the_code(fonts, name):
    assert compose(with_code(SAMPLES[name]), fonts) == compose(SAMPLES[name], fonts)


def foot_of_the_last_page(pdf):
    """The dark squares of the last 20 mm of the last page, in pixels of 600 dpi."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[len(document) - 1].render(scale=DPI / 72).to_numpy()[:, :, 0]
    return picture[int(277.5 / 25.4 * DPI) :] < 128, 277.5


@pytest.mark.parametrize("facts", [WORK_ONE_PAGE, WORK_TWO_PAGES, SAMPLES["bulletin"]])
@pytest.mark.parametrize("verification", [CHECKED, LONG])
def test_the_qr_code_is_drawn_square_for_square_in_its_place(fonts_folder, facts, verification):
    dark, top = foot_of_the_last_page(render(with_code(facts, verification), fonts=fonts_folder))
    mm = 25.4 / DPI
    middle = dark[:, int(98 / mm) : int(112 / mm)]  # the words stand further out
    rows, columns = np.flatnonzero(middle.any(axis=1)), np.flatnonzero(middle.any(axis=0))
    upper, lower = top + rows[0] * mm, top + (rows[-1] + 1) * mm
    left, right = 98 + columns[0] * mm, 98 + (columns[-1] + 1) * mm
    assert 279 <= upper < lower <= 293
    assert lower - upper == pytest.approx(13, abs=0.1)
    assert right - left == pytest.approx(13, abs=0.1)
    assert (left + right) / 2 == pytest.approx(105, abs=0.1)
    wanted = np.array([list(row) for row in segno.make_qr(verification.url, error="m").matrix], dtype=bool)
    at = [int((n + 0.5) * 13 / len(wanted) / mm) for n in range(len(wanted))]
    found = middle[rows[0] :, columns[0] :][np.ix_(at, at)]
    assert (found == wanted).all()
    assert 13 / len(wanted) >= 0.35, "squares that a telephone can still tell apart"


def test_code_and_words_can_be_read_and_stand_on_the_last_page_alone(fonts_folder):
    pdf = render(with_code(WORK_TWO_PAGES), fonts=fonts_folder)
    with pypdfium2.PdfDocument(pdf) as document:
        texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    assert [text.count("验证码60RK-4CSM6MV3-EE1S") for text in texts] == [0, 1]
    assert texts[1].count("扫描二维码或凭验证码核验真伪和效力") == 1


def test_the_code_is_a_fact_that_rides_along_and_makes_the_bytes(fonts_folder):
    facts = with_code(WORK_ONE_PAGE)
    pdf = render(facts, fonts=fonts_folder)
    assert render(from_json(type(facts), to_json(facts)), fonts=fonts_folder) == pdf
    assert render(with_code(facts, Verification("0" * 16, CHECKED.address)), fonts=fonts_folder) != pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert CODE in opened.attachments["letter.json"].get_file().read_bytes().decode()


def figures(node):
    if isinstance(node, pikepdf.Dictionary):
        if node.get("/S") == "/Figure":
            yield str(node.get("/Alt"))
        children = node.get("/K")
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            yield from figures(child)


def test_the_qr_code_is_a_figure_that_says_what_it_is(fonts_folder):
    with pikepdf.open(io.BytesIO(render(with_code(WORK_ONE_PAGE), fonts=fonts_folder))) as opened:
        assert list(figures(opened.Root.StructTreeRoot)) == ["核验二维码"]


def test_no_draft_bears_a_code_and_no_letter_without_one_is_changed(fonts_folder):
    pdf = render(replace(WORK_ONE_PAGE, number=None, signed=None, drafted=date(2026, 11, 21)), fonts=fonts_folder)
    dark, _top = foot_of_the_last_page(pdf)
    assert not dark.any()


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (Verification("60RK", CHECKED.address), "verification.code"),
        (Verification(CODE.lower(), CHECKED.address), "verification.code"),
        (Verification(CODE, "nowhere"), "verification.address"),
    ],
)
def test_facts_with_a_code_that_is_none_are_refused_by_their_path(wrong, path):
    refused = facts_refusal(with_code(WORK_ONE_PAGE, wrong))
    assert isinstance(refused, RuleError)
    assert refused.field == path
    assert facts_refusal(with_code(WORK_ONE_PAGE)) is None
