"""Fonts cut to what a letter uses: every character keeps its glyph, its width and what it is copied as."""

import io
from dataclasses import replace

import pikepdf
import pydyf
import pypdfium2
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from casework.letters.cutting import Hands
from casework.letters.drawing import drawn
from casework.letters.font_objects import embed
from casework.letters.fonts import FILES, RARE_FAMILY, SYSTEM_FOLDERS, Face, LetterFonts
from casework.letters.marks import Bar, Piece, Words
from casework.letters.pdf import render
from config import FontChoice
from tests.letters.samples import WORK_ONE_PAGE

SHARING = "·•・⼀一\u00a0 甲"  # pairs that are one glyph in our fonts


def hands(fonts, **texts):
    return Hands([Words(0, 0, text, Face(face), 16) for face, text in texts.items()], fonts)


@pytest.fixture(scope="module")
def whole(fonts):
    """The fonts as another library reads them."""
    rare = next(
        n for n in range(9) if TTFont(fonts.files[Face.RARE].path, fontNumber=n)["name"].getDebugName(1) == RARE_FAMILY
    )
    return {
        face: TTFont(fonts.files[face].path, fontNumber=rare if face is Face.RARE else -1)
        for face in (Face.FANG, Face.RARE, Face.INDEX)
    }


def outline(font, name):
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return pen.value


@pytest.mark.parametrize(("face", "text"), [("fang", "碳排放2026，。"), ("rare", "喆淏㎡"), ("index", "₂₃")])
def test_each_character_is_the_glyph_and_the_width_of_the_whole_font(fonts, whole, face, text):
    [cut] = hands(fonts, **{face: text})
    font, before = TTFont(io.BytesIO(cut.program.blob.data)), whole[Face(face)]
    scale = 1000 / before["head"].unitsPerEm
    for char in text:
        name = before.getBestCmap()[ord(char)]
        assert outline(font, font.getGlyphName(cut.numbers[char])) == outline(before, name)
        assert fonts.advance(char, Face(face)) == pytest.approx(before["hmtx"][name][0] * scale)
        assert cut.codes[ord(char)] == f"{cut.numbers[char]:04x}"


def test_numbers_in_a_cut_font_count_as_its_glyphs_do(fonts):
    [cut] = hands(fonts, fang="碳排放配额")
    font = TTFont(io.BytesIO(cut.program.blob.data))
    assert sorted(cut.numbers.values()) == [1, 2, 3, 4, 5]
    assert font["maxp"].numGlyphs == 6
    assert font["CFF "].cff[0].charset[1:] == [f"cid{n:05}" for n in range(1, 6)]


def test_characters_that_share_a_glyph_go_to_fonts_of_their_own(fonts):
    cut = list(hands(fonts, fang=SHARING))
    assert [one.name for one in cut] == ["fang", "fang1", "fang2"]
    assert sorted(char for one in cut for char in one.numbers) == sorted(SHARING)
    for one in cut:
        assert len(set(one.numbers.values())) == len(one.numbers)


def test_text_that_shares_glyphs_is_copied_as_it_was_typed(fonts_folder):
    facts = replace(WORK_ONE_PAGE, body=("甲·乙•丙・丁⼀一",))
    with pypdfium2.PdfDocument(render(facts, fonts=fonts_folder)) as document:
        assert "甲·乙•丙・丁⼀一" in document[0].get_textpage().get_text_range()


def test_an_offices_own_truetype_font_is_embedded_and_copied(fonts_folder):
    serif = str(SYSTEM_FOLDERS[Face.INDEX] / FILES[Face.INDEX])
    choice = FontChoice(fonts_folder.folder, (("song", serif),))
    pdf = render(replace(WORK_ONE_PAGE, body=("请支持。" * 300,)), fonts=choice)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        [inside] = opened.pages[0].Resources.Font["/song"].DescendantFonts
        assert (inside.Subtype, inside.CIDToGIDMap) == ("/CIDFontType2", "/Identity")
        assert TTFont(io.BytesIO(inside.FontDescriptor.FontFile2.read_bytes()))["maxp"].numGlyphs >= 5
    with pypdfium2.PdfDocument(pdf) as document:
        assert "— 2 —" in document[1].get_textpage().get_text_range()


def test_the_same_characters_give_the_same_fonts_in_whatever_order(fonts):
    one, other = (list(hands(fonts, fang=text)) for text in ("碳排放", "放排碳碳"))
    assert one[0].numbers == other[0].numbers
    assert one[0].program.blob.data == other[0].program.blob.data


def test_the_table_for_copying_names_every_character_in_parts_of_at_most_a_hundred(fonts):
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 250))) + "\U00020000"
    made = Hands([Words(0, 0, text, Face.RARE, 16)], fonts)
    pdf = pydyf.PDF()
    embed(made, pdf)
    tables = [b"".join(map(bytes, thing.stream)) for thing in pdf.objects if isinstance(thing, pydyf.Stream)]
    with pikepdf.new() as opened:
        told = [pikepdf.Stream(opened, table, Filter=pikepdf.Name.FlateDecode).read_bytes() for table in tables]
    [table] = [one.decode() for one in told if b"beginbfchar" in one]
    assert [int(line.split()[0]) for line in table.splitlines() if line.endswith("beginbfchar")] == [100, 100, 51]
    assert "<d840dc00>" in table


def test_marks_are_drawn_from_the_lower_left_corner_as_parts_of_elements_or_as_ornament(fonts):
    made = hands(fonts, fang="碳")
    page = [
        Piece((Words(10, 20, "碳", Face.FANG, 16, 0.5),), 0),
        Piece(
            (
                Bar(1, 2, 3, 4, "#ff0000"),
                Bar(1, 2, 8, 0.5),
                Bar(1, 2, 0.5, 8, plain=False),
                Words(5, 6, "碳", Face.FANG, 9, upward=True),
            ),
            None,
        ),
    ]
    assert drawn(page, made, 100).decode().split("\n") == [
        "/Span <</MCID 0>> BDC",
        "0 0 0 rg 0 0 0 RG",
        "BT 1 0 0 1 10.000 80.000 Tm 0.5000 Tc /fang 16.000 Tf <0001> Tj ET",
        "EMC",
        "/Artifact BMC",
        "1 0 0 rg 1 0 0 RG",
        "1.000 94.000 3.000 4.000 re f",
        "0 0 0 rg 0 0 0 RG",
        "0.500 w 1.000 97.750 m 9.000 97.750 l S",
        "0.500 w 1.250 90.000 m 1.250 98.000 l S",
        "BT 0 1 -1 0 5.000 94.000 Tm 0.0000 Tc /fang 9.000 Tf <0001> Tj ET",
        "EMC",
    ]


def test_every_hand_is_named_by_the_font_it_comes_from(fonts):
    assert isinstance(fonts, LetterFonts)
    assert fonts.files[Face.FANG].name == "FandolFang-Regular"
    assert fonts.files[Face.RARE].name.startswith("NotoSerifCJKsc")
