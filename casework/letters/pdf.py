"""The facts of a letter in, the bytes of its PDF out."""

import hashlib
from datetime import UTC, datetime, time
from functools import lru_cache
from importlib.resources import files
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pydyf

from casework.letters.compose import compose
from casework.letters.cutting import Hands
from casework.letters.drawing import drawn
from casework.letters.font_objects import embed
from casework.letters.fonts import letter_fonts
from casework.letters.marks import Print
from casework.letters.pdf_objects import add, compressed, written
from casework.letters.places import placed
from casework.letters.structure import Structure
from casework.letters.typeset import MM
from casework.rules.letter_facts import LetterFacts
from casework.rules.plain_json import to_json
from config import FontChoice

FACTS_NAME = "letter.json"
PAPER = 210 * MM, 297 * MM
_PROGRAM = "Casework"
_PROFILE = files("weasyprint.pdf") / "sRGB2014.icc"  # of the International Color Consortium, in WeasyPrint's package
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_DESCRIBED = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" \
pdfaid:part="3" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>{program}</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate>
<xmp:ModifyDate>{made}</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Producer="{program}"/>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def render(facts: LetterFacts, *, fonts: FontChoice) -> bytes:
    """The letter as PDF/A-3a; the same facts give the same bytes. RuleError where it cannot be set."""
    own = letter_fonts(fonts)
    paper = placed(compose(facts, own), facts, own)
    pdf, source = pydyf.PDF(), to_json(facts).encode()
    made = datetime.combine(facts.signed or facts.drafted, time(), _SHANGHAI)
    _pages(pdf, paper, Hands(paper.words(), own))
    _described(pdf, facts, made)
    _attach(pdf, source, made)
    return written(pdf, source)


def _pages(pdf: pydyf.PDF, paper: Print, hands: Hands) -> None:
    """Pages and what they show, fonts, and the elements."""
    resources = add(pdf, pydyf.Dictionary({"Font": embed(hands, pdf)}))
    pages = []
    for pieces in paper.pages:
        content = add(pdf, compressed(drawn(pieces, hands, PAPER[1])))
        page = pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, *PAPER]),
                "Resources": resources,
                "Contents": content,
                "Tabs": "/S",
            }
        )
        pdf.add_page(page)
        pages.append(page)
    pdf.catalog["StructTreeRoot"] = Structure(pdf, pages, PAPER[1]).write(paper.document)
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


def _described(pdf: pydyf.PDF, facts: LetterFacts, made: datetime) -> None:
    """Title, author, subject and language, said twice as PDF/A wants, and the colours that are meant."""
    told = {"title": facts.title, "author": facts.author, "subject": facts.subject}
    day = pydyf.String(made.strftime("D:%Y%m%d%H%M%S+08'00"))
    pdf.info.update({name.capitalize(): pydyf.String(text) for name, text in told.items()})
    pdf.info.update({"Creator": pydyf.String(_PROGRAM), "Producer": pydyf.String(_PROGRAM)})
    pdf.info.update({"CreationDate": day, "ModDate": day})
    said = {name: escape(text) for name, text in told.items()}
    xmp = _DESCRIBED.format(**said, program=_PROGRAM, made=made.isoformat()).encode()
    pdf.catalog["Metadata"] = add(pdf, pydyf.Stream([xmp], {"Type": "/Metadata", "Subtype": "/XML"}))
    pdf.catalog["Lang"] = pydyf.String(facts.language)
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    profile = pydyf.Stream([_profile()], {"N": 3, "Filter": "/FlateDecode"})
    colours = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pydyf.String("sRGB IEC61966-2.1"),
        "Info": pydyf.String("sRGB IEC61966-2.1"),
        "DestOutputProfile": add(pdf, profile),
    }
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(colours)])


@lru_cache(maxsize=1)
def _profile() -> bytes:
    return bytes(compressed(_PROFILE.read_bytes()).stream[0])


def _attach(pdf: pydyf.PDF, source: bytes, made: datetime) -> None:
    """The facts that the letter was made from."""
    day = pydyf.String(made.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"))
    digest = f"<{hashlib.md5(source, usedforsecurity=False).hexdigest()}>"
    told = pydyf.Dictionary({"Size": len(source), "CheckSum": digest, "CreationDate": day, "ModDate": day})
    extra = {"Type": "/EmbeddedFile", "Subtype": "/application#2fjson", "Params": told}
    file = add(pdf, compressed(source, extra))
    name = pydyf.String(FACTS_NAME)
    named = {
        "Type": "/Filespec",
        "F": name,
        "UF": name,
        "Desc": pydyf.String("LetterFacts"),
        "AFRelationship": "/Data",
        "EF": pydyf.Dictionary({"F": file, "UF": file}),
    }
    attached = add(pdf, pydyf.Dictionary(named))
    files = pydyf.Dictionary({"Names": pydyf.Array([name, attached])})
    pdf.catalog["Names"] = pydyf.Dictionary({"EmbeddedFiles": files})
    pdf.catalog["AF"] = pydyf.Array([attached])
