"""Damaged and malicious files: taken or refused with a sentence, at once; never a crash."""

import io
import random
import struct
import time
import zipfile
import zlib
from functools import cache

import openpyxl
import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from casework.files.kinds import kind_of
from casework.letters.pictures import page_count
from casework.registry.tables.rows import find_mappings
from casework.registry.tables.words import Kind
from casework.registry.tables.workbook import read_workbook
from casework.rules.errors import RuleError

SECONDS_MOST = 10
HEAD = ["序号", "单位名称", "统一社会信用代码", "所属地市", "应清缴量", "已清缴量", "最后清缴日期"]


def a_png():
    out, told = io.BytesIO(), PngInfo()
    told.add_text("Comment", "b" * 50)
    told.add_itxt("Title", "字" * 20, zip=True)
    Image.new("RGB", (40, 30), (9, 8, 7)).save(out, "PNG", pnginfo=told, icc_profile=b"x" * 200)
    return out.getvalue()


def a_jpeg():
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0")
    return out.getvalue()


def a_pdf(streams):
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(3):
            pdf.add_blank_page()
        pdf.save(out, object_stream_mode=streams, deterministic_id=True)
    return out.getvalue()


def a_workbook():
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "清缴表"
    for row in (
        HEAD,
        *([n, f"银川第{n}热电有限公司", f"91640100MA70000{n:02d}XT", "银川市", 100, n, None] for n in range(8)),
    ):
        book.active.append(row)
    book.active.merge_cells("A3:A5")
    book.save(out)
    return out.getvalue()


def a_zip(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


@cache
def sound_files():
    modes = pikepdf.ObjectStreamMode
    return [
        a_png(), a_jpeg(), a_pdf(modes.disable), a_pdf(modes.generate), a_workbook(),
        a_zip(word__document_xml="<a/>" * 40, 附件="x"),
    ]  # fmt: skip


def mutant(chance):
    """Damage one of the files: bytes changed, cut, left out, repeated; a package as a whole, or one of its parts."""
    sound = chance.choice(sound_files())
    if not sound.startswith(b"PK") or chance.random() < 0.5:
        return damaged(sound, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        victim = chance.choice(package.namelist())
        for name in package.namelist():
            content = package.read(name)
            other.writestr(name, damaged(content, chance) if name == victim else content)
    return out.getvalue()


def damaged(content, chance):
    found, way = bytearray(content), chance.random()
    first = chance.randrange(len(found))
    last = min(len(found), first + chance.randrange(1, 60))
    if way < 0.15:
        del found[first:]
    elif way < 0.25:
        del found[first:last]
    elif way < 0.35:
        found[first:first] = found[first:last] * chance.choice([1, 2, 50])
    else:
        for _ in range(chance.choice([1, 1, 2, 5, 20])):
            at = chance.randrange(len(found))
            found[at] = chance.choice([0, 255, chance.randrange(256), found[at] ^ (1 << chance.randrange(8)), 48])
    return bytes(found)


def png_of(width, height):
    """A picture that claims to be very large."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def pdf_of(body):
    return f"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n{body}\ntrailer<</Root 1 0 R/Size 9>>".encode()


SHEET = "xl__worksheets__sheet1_xml"
BOMBS = {
    "a bomb of zeros": lambda: a_zip(xl__workbook_xml=b"\0" * 60_000_000),
    "a zip in a zip in a zip": lambda: a_zip(xl__workbook_xml=a_zip(a=a_zip(a=b"\0" * 40_000_000))),
    "thousands of entries": lambda: a_zip(xl__workbook_xml="x", **{f"n{n}": "" for n in range(5000)}),
    "xml nested without end": lambda: a_zip(xl__workbook_xml="<a>" * 200_000, **{SHEET: "<a>" * 200_000}),
    "a billion laughs": lambda: a_zip(
        xl__workbook_xml='<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    ),
    "a picture of four thousand million pixels": lambda: png_of(65_000, 65_000),
    "a picture without a size": lambda: png_of(0, 0),
    "pages that hold themselves": lambda: pdf_of("2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj"),
    "a page tree that goes round": lambda: pdf_of(
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj"
    ),
    "lists nested without end": lambda: pdf_of(f"2 0 obj{'[' * 200_000}{']' * 200_000}endobj"),
    "a count of pages that cannot be": lambda: pdf_of("2 0 obj<</Type/Pages/Kids[]/Count 2000000000>>endobj"),
    "a csv of one line": lambda: b"," * 5_000_000,
}


def judged(content):
    """Read the file in every way in which uploads are read, and say how often it was taken."""
    taken = 0
    for read in (kind_of, page_count if content.startswith(b"%PDF") else kind_of, tables_of):
        begun = time.monotonic()
        try:
            read(content)
            taken += 1
        except RuleError:
            pass
        assert time.monotonic() - begun < SECONDS_MOST
    return taken


def tables_of(content):
    for name in ("table.xlsx", "table.csv"):
        find_mappings(read_workbook(content, name), Kind.SURRENDER)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("mutants", [40, pytest.param(4000, marks=pytest.mark.proof)])
@pytest.mark.timeout(900)
def test_a_damaged_file_is_taken_or_refused_with_a_sentence(mutants):
    assert all(judged(one) for one in sound_files())
    chance = random.Random(mutants)
    taken = sum(judged(mutant(chance)) > 0 for _ in range(mutants))
    assert 0 < taken < mutants


@pytest.mark.filterwarnings("ignore:Image size:PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_file_made_to_do_harm_is_dealt_with_at_once_and_is_no_table(bomb):
    content = BOMBS[bomb]()
    judged(content)
    with pytest.raises(RuleError):
        tables_of(content)
