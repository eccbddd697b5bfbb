"""Fonts as objects of a PDF: the cut font itself, its widths, and which character each of its glyphs stands for."""

import hashlib
from collections.abc import Iterable, Mapping
from struct import unpack

import pydyf

from casework.letters.cutting import Cut
from casework.letters.fonts import Face
from casework.letters.pdf_objects import add, compressed

_LEVELLED = (880.0, -120.0)  # heights of a font that lends a character: Noto counts the tallest of all scripts
_SYMBOLIC = 4
_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def embed(cuts: Iterable[Cut], pdf: pydyf.PDF) -> pydyf.Dictionary:
    """Add the fonts to the PDF; return them by their names."""
    return pydyf.Dictionary({cut.name: _font(cut, pdf) for cut in cuts})


def _font(cut: Cut, pdf: pydyf.PDF) -> bytes:
    compact = "CFF " in cut.program.table_tags
    name = pydyf.name(f"{_tag(cut)}+{cut.font.name}")
    described = _descriptor(cut, name)
    described["FontFile3" if compact else "FontFile2"] = add(pdf, _program(cut, compact=compact))
    inside = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType0" if compact else "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": pydyf.Dictionary({"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0}),
            "W": f"[1 [{_widths(cut)}]]",
            "FontDescriptor": add(pdf, described),
        }
    )
    if not compact:
        inside["CIDToGIDMap"] = "/Identity"
    whole = {
        "Type": "/Font",
        "Subtype": "/Type0",
        "BaseFont": name,
        "Encoding": "/Identity-H",
        "DescendantFonts": pydyf.Array([add(pdf, inside)]),
        "ToUnicode": add(pdf, compressed(_to_unicode(cut.numbers).encode())),
    }
    return add(pdf, pydyf.Dictionary(whole))


def _tag(cut: Cut) -> str:
    """Six letters that tell this cut of the font from others."""
    drawn = hashlib.sha256(f"{cut.name}{''.join(sorted(cut.glyphs))}".encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in drawn[:6])


def _program(cut: Cut, *, compact: bool) -> pydyf.Stream:
    if compact:
        return compressed(cut.program.reference_table("CFF ").data, {"Subtype": "/CIDFontType0C"}, outlines=True)
    data = cut.program.blob.data
    return compressed(data, {"Length1": len(data)}, outlines=True)


def _widths(cut: Cut) -> str:
    """Widths from glyph 1 on; parts that other glyphs are made of are never shown by themselves."""
    widths = {number: cut.font.advance(cut.glyphs[char]) for char, number in cut.numbers.items()}
    return " ".join(f"{widths.get(number, 0):g}" for number in range(1, max(widths) + 1))


def _descriptor(cut: Cut, name: bytes) -> pydyf.Dictionary:
    units = cut.font.face.upem
    box = unpack(">4h", cut.program.reference_table("head").data[36:44])
    ascent, descent = _LEVELLED if cut.face in (Face.RARE, Face.INDEX) else cut.font.heights
    return pydyf.Dictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": _SYMBOLIC,
            "FontBBox": pydyf.Array([round(edge * 1000 / units) for edge in box]),
            "ItalicAngle": 0,
            "Ascent": round(ascent),
            "Descent": round(descent),
            "CapHeight": round(ascent),
            "StemV": 80,
        }
    )


def _to_unicode(numbers: Mapping[str, int]) -> str:
    """The table by which the text is searched and copied, in parts of at most a hundred."""
    rows = [f"<{number:04x}> <{char.encode('utf-16-be').hex()}>" for char, number in numbers.items()]
    parts = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    return _TO_UNICODE.format(
        "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    )
