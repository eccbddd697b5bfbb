"""The printed letter: measured, reproducible, searchable, self-contained."""

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from casework.letters.pdf import render
from casework.letters.pictures import page_count, page_picture
from casework.rules.errors import RuleError
from casework.rules.letter_facts import LetterFacts, heading_level, letter_paragraphs, printed_attachments
from casework.rules.plain_json import from_json, to_json
from config import FontChoice
from tests.letters.check_letter import check
from tests.letters.samples import SAMPLES, WORK_ONE_PAGE, WORK_TWO_PAGES

PAGES = {
    "work_one_page": 1,
    "work_two_pages": 2,
    "work_three_pages": 3,
    "work_five_pages": 5,
    "supervision_one_page": 1,
    "supervision_three_pages": 3,
    "reminder": 2,
    "notice": 3,
    "bulletin": 3,
    "bulletin_short": 2,
}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def printed(fonts_folder):
    return {name: render(facts, fonts=fonts_folder) for name, facts in SAMPLES.items()}


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"—\d+—", "", "".join(text.split()))  # a paragraph may run over a page number


@pytest.mark.parametrize("name", PAGES)
def test_a_letter_measures_up_to_the_standard(printed, tmp_path, name):
    path = tmp_path / "letter.pdf"
    path.write_bytes(printed[name])
    rows = check(str(path), str(SAMPLES[name].kind.format), "Fang")
    assert [row for row in rows if not row["ok"]] == []
    assert page_count(printed[name]) == PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_the_same_facts_give_the_same_bytes(printed, fonts_folder, name):
    facts = from_json(LetterFacts, to_json(SAMPLES[name]))
    assert render(facts, fonts=fonts_folder) == printed[name]


def test_another_process_in_another_time_zone_gives_the_same_bytes(printed, fonts_folder):
    script = (
        "import hashlib, sys; from pathlib import Path;"
        "from casework.letters.pdf import render; from config import FontChoice;"
        "from tests.letters.samples import SAMPLES;"
        "pdf = render(SAMPLES['supervision_three_pages'], fonts=FontChoice(Path(sys.argv[1])));"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(fonts_folder.folder)],
        cwd=ROOT,
        env={**os.environ, "TZ": "America/Lima", "PYTHONHASHSEED": "7", "LANG": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == hashlib.sha256(printed["supervision_three_pages"]).hexdigest()


@pytest.mark.parametrize("name", PAGES)
def test_the_whole_text_can_be_searched_and_copied(printed, name):
    facts, text = SAMPLES[name], text_of(printed[name])
    assert text.count(facts.number) == 1
    for wanted in (facts.title, facts.addressee, facts.organ, "2026年11月22日", *facts.copies, facts.issued_by):
        assert wanted in text
    for paragraph in letter_paragraphs(facts):
        assert "".join(paragraph.split()) in text


@pytest.fixture(params=PAGES)
def opened(request, printed):
    with pikepdf.open(io.BytesIO(printed[request.param])) as pdf:
        yield SAMPLES[request.param], pdf


def elements(node):
    """Every element of a structure tree, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from elements(node.get("/K"))


def test_the_pdf_says_what_it_is(opened):
    facts, pdf = opened
    assert b'pdfaid:part="3" pdfaid:conformance="A"' in pdf.Root.Metadata.read_bytes()
    with pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == str(pdf.docinfo["/Title"]) == facts.title
        assert list(xmp["dc:creator"]) == [str(pdf.docinfo["/Author"])] == [facts.author]
        assert xmp["dc:description"] == str(pdf.docinfo["/Subject"]) == facts.subject
    assert str(pdf.Root.Lang) == "zh-CN"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    [intent] = pdf.Root.OutputIntents
    assert (intent.S, intent.DestOutputProfile.N) == ("/GTS_PDFA1", 3)
    assert not any("/Annots" in page or "/Rotate" in page for page in pdf.pages)
    assert "/Encrypt" not in pdf.trailer
    assert "/JavaScript" not in pdf.Root.get("/Names", {})


def test_every_font_is_embedded_and_maps_to_text(opened):
    _facts, pdf = opened
    fonts = {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()}
    assert len(fonts) >= 2
    for font in fonts.values():
        [inside] = font.DescendantFonts
        assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
        described = inside.FontDescriptor
        assert len(described.get("/FontFile3", described.get("/FontFile2")).read_bytes()) > 300
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


def test_everything_drawn_is_tagged_or_marked_as_ornament(opened):
    _facts, pdf = opened
    assert pdf.Root.MarkInfo.Marked
    for page in pdf.pages:
        depth = 0
        for _operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
            assert depth or name not in {"TJ", "Tj", "f", "f*", "S", "s", "B", "B*", "Do"}
        assert page.Tabs == "/S"


def test_the_tree_and_the_pages_know_each_other(opened):
    _facts, pdf = opened
    tree = pdf.Root.StructTreeRoot
    owners = dict(zip(tree.ParentTree.Nums[::2], tree.ParentTree.Nums[1::2], strict=True))
    claimed = {}
    for element in elements(tree.K):
        for kid in element.get("/K", []):
            if isinstance(kid, int):
                claimed[element.Pg.objgen, kid] = element.objgen
            elif kid.get("/Type") == "/MCR":
                claimed[kid.Pg.objgen, int(kid.MCID)] = element.objgen
    told, drawn = {}, set()
    for page in pdf.pages:
        key = page.obj.objgen
        told |= {(key, n): owner.objgen for n, owner in enumerate(owners[int(page.StructParents)])}
        marked = [one for one, operator in pikepdf.parse_content_stream(page) if str(operator) == "BDC"]
        drawn |= {(key, int(properties.MCID)) for _tag, properties in marked}
    assert claimed == told
    assert drawn == set(told)


def test_headings_and_tables_are_known_as_such(opened):
    facts, pdf = opened
    found = list(elements(pdf.Root.StructTreeRoot.K))
    names = [str(element.S) for element in found]
    assert names.count("/H1") == 1
    attachments = printed_attachments(facts)
    headings = sum(heading_level(text) == 1 and text[-1] not in "。；：" for text in facts.body)
    assert names.count("/H2") == headings + 2 * len(attachments)  # an attachment's label and its title
    tables = int(facts.units_after is not None) + sum(one.table is not None for one in attachments)
    assert names.count("/Table") >= tables
    for head in (element for element in found if element.S == "/TH"):
        assert head.A.Scope == "/Column"
    assert "/P" in names


def test_the_facts_ride_along_and_nothing_else_does(opened):
    facts, pdf = opened
    assert list(pdf.attachments) == ["letter.json"]
    [attached] = pdf.Root.AF
    assert (attached.AFRelationship, attached.EF.F.Subtype) == ("/Data", "/application/json")
    file = pdf.attachments["letter.json"].get_file()
    assert from_json(LetterFacts, file.read_bytes()) == facts
    assert file.creation_date.isoformat() == "2026-11-21T16:00:00+00:00"  # midnight of the signing day in Shanghai
    assert sum(thing.get("/Type") == "/EmbeddedFile" for thing in pdf.objects if isinstance(thing, pikepdf.Stream)) == 1


def test_a_draft_is_printed_with_the_places_of_number_and_date_left_empty(fonts_folder):
    text = text_of(render(replace(WORK_ONE_PAGE, number=None, signed=None), fonts=fonts_folder))
    assert "宁环函〔2026〕号" in text
    assert "年月日" in text


def test_a_character_that_no_font_has_stops_the_letter(fonts_folder):
    for change in (
        {"title": "关于😀的函"},
        {"body": ("请支持😀。",)},
        {"organ": "厅😀"},
        {"copies": ("😀",)},
        {"number": "😀"},
    ):
        with pytest.raises(RuleError, match=r"U\+1F600"):
            render(replace(WORK_ONE_PAGE, **change), fonts=fonts_folder)


def test_a_missing_font_stops_the_letter(tmp_path):
    with pytest.raises(RuleError, match=r"FandolFang-Regular\.otf is missing"):
        render(WORK_ONE_PAGE, fonts=FontChoice(tmp_path))


def test_a_letter_of_more_than_ten_pages_is_refused(fonts_folder):
    with pytest.raises(RuleError, match="more than 10 are not printed"):
        render(replace(WORK_ONE_PAGE, body=("请支持。" * 1500,)), fonts=fonts_folder)


def test_nothing_that_the_stylesheet_or_the_engine_complains_about_is_passed_over(fonts_folder, caplog):
    render(replace(WORK_TWO_PAGES, organ="国家应对气候变化与排放权管理委员会办公室"), fonts=fonts_folder)
    assert caplog.records == []


def test_pages_are_shown_as_pictures(printed):
    picture = page_picture(printed["work_two_pages"], 2, 600)
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 600
