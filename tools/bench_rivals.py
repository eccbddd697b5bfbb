"""The letter of the benchmark as a source for LibreOffice (DOCX) and for Typst: same text, hands, sizes and table."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from casework.rules.letter_facts import LetterFacts, day_text, heading_level, letter_paragraphs, units_table

FANG, HEI, KAI, SONG = "FandolFang R", "FandolHei", "FandolKai", "FandolSong"
_HANDS = {1: HEI, 2: KAI}
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_KIND}.document.main+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{_KIND}.footer+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="f" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>'
    ),
    "word/footer1.xml": (
        f'<w:ftr {_WORD}><w:p><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
    ),
}
_SECTION = (
    f'<w:sectPr><w:footerReference xmlns:r="{_OFFICE}" w:type="default" r:id="f"/>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1960" w:bottom="1847" w:left="1587" w:right="1474"/></w:sectPr>'
)


def write_docx(facts: LetterFacts, path: Path) -> None:
    """Write the letter as a DOCX."""
    table = units_table(facts)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    border = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in sides)
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{_word(cell, hand, 24)}</w:tc>" for cell in row) + "</w:tr>"
        for row, hand in ((table.head, HEI), *((row, FANG) for row in table.rows))
    )
    body = (
        _word(facts.organ, SONG, 56, "center")
        + _word(facts.number or "", align="right")
        + _word(facts.title, SONG, 44, "center")
        + _word(f"{facts.addressee}：")
        + "".join(_word(f"　　{text}", _hand(text)) for text in letter_paragraphs(facts))
        + f"<w:tbl><w:tblPr><w:tblBorders>{border}</w:tblBorders></w:tblPr>{rows}</w:tbl>"
        + _word(facts.organ, align="right")
        + _word(day_text(facts.drafted), align="right")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in _PARTS.items():
            file.writestr(name, content)
        file.writestr("word/document.xml", f"<w:document {_WORD}><w:body>{body}{_SECTION}</w:body></w:document>")


def _hand(text: str) -> str:
    return _HANDS.get(heading_level(text), FANG)


def _word(text: str, hand: str = FANG, size: int = 32, align: str = "both") -> str:
    face = f'<w:rFonts w:ascii="{hand}" w:hAnsi="{hand}" w:eastAsia="{hand}"/><w:sz w:val="{size}"/>'
    return (
        f'<w:p><w:pPr><w:spacing w:line="589" w:lineRule="exact"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{face}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def typst_source(facts: LetterFacts) -> str:
    """The letter for Typst."""
    table = units_table(facts)
    cells = ", ".join(f"[{_typst(cell)}]" for row in (table.head, *table.rows) for cell in row)
    return "\n\n".join(
        (
            f'#set document(title: "{facts.title}")',
            "#set page(margin: (top: 34.58mm, bottom: 32.58mm, left: 28mm, right: 26mm))",
            '#set page(paper: "a4", numbering: "— 1 —")',
            f'#set text(font: "{FANG}", size: 16pt, lang: "zh")',
            "#set par(justify: true, first-line-indent: (amount: 2em, all: true))",
            f'#align(center, text(font: "{SONG}", size: 28pt, fill: red)[{_typst(facts.organ)}])',
            f"#align(right)[{_typst(facts.number or '')}]",
            f'#align(center, text(font: "{SONG}", size: 22pt)[{_typst(facts.title)}])',
            _typst(f"{facts.addressee}："),
            *(f'#text(font: "{_hand(text)}")[{_typst(text)}]' for text in letter_paragraphs(facts)),
            f"#text(size: 12pt, table(columns: {len(table.head)}, {cells}))",
            f"#align(right)[{_typst(facts.organ)}]",
            f"#align(right)[{_typst(day_text(facts.drafted))}]",
        )
    )


def _typst(text: str) -> str:
    return "".join(f"\\{char}" if char.isascii() and not char.isalnum() and char != " " else char for char in text)
