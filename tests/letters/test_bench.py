"""What the benchmark gives LibreOffice and Typst is the whole letter."""

import zipfile
from xml.etree import ElementTree

from casework.rules.letter_facts import letter_paragraphs, units_table
from tests.letters.samples import WORK_TWO_PAGES
from tools.bench_letters import letters
from tools.bench_rivals import typst_source, write_docx


def test_the_rivals_set_the_same_text_and_table(tmp_path):
    write_docx(WORK_TWO_PAGES, tmp_path / "letter.docx")
    with zipfile.ZipFile(tmp_path / "letter.docx") as file:
        roots = [ElementTree.fromstring(file.read(name)) for name in file.namelist()]
    word, typst = "".join("".join(root.itertext()) for root in roots), typst_source(WORK_TWO_PAGES).replace("\\", "")
    cells = [cell for row in units_table(WORK_TWO_PAGES).rows for cell in row if cell]
    for text in (WORK_TWO_PAGES.title, WORK_TWO_PAGES.addressee, *letter_paragraphs(WORK_TWO_PAGES), *cells):
        assert text in word
        assert text in typst


def test_no_two_letters_of_the_benchmark_are_the_same():
    assert len(set(letters(25))) == 25
