"""Papers that go with letters and cases, from templates and sheets of ours: the only module that knows WeasyPrint."""

import hashlib
import os
import tempfile
import zlib
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pydyf
from cssselect2 import ElementWrapper
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from casework.letters.fonts import Face, LetterFonts, letter_fonts
from config import FontChoice

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
_fontconfig_lock = Lock()


class UnexpectedFetchError(Exception):
    """A paper asked for something outside itself; nothing a person types can do that, so this is a fault."""


class _NothingOutside(URLFetcher):  # type: ignore[misc]
    """Refuses every address: fonts come through fontconfig, all else stands in the paper itself."""

    def fetch(self, url: str, headers: object = None) -> Any:
        raise FatalURLFetchingError(f"refused: {url}")


class _Markup(HTML):  # type: ignore[misc]
    """A paper's own markup, which is well-formed: read twenty times faster than HTML, and styled by us alone."""

    def __init__(self, markup: str) -> None:
        root = ElementTree.fromstring(markup)  # noqa: S314  our template, in which every text is escaped
        self.base_url, self.media_type, self.url_fetcher = None, "print", _NothingOutside()
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return []


def render_paper(name: str, values: dict[str, Any], *, fonts: FontChoice, over: str = "") -> bytes:
    """Another paper in the letters' hands, from a template and a sheet of ours; same values, same bytes.

    `over` is the sheet that the template's own goes over.
    """
    font_config = _font_config(fonts)
    html = _templates().get_template(f"{name}.html").render(values)
    styles = [_style(sheet, font_config) for sheet in (over, name) if sheet]
    options = {"pdf_variant": "pdf/a-3a", "pdf_identifier": hashlib.sha256(html.encode()).digest()[:16]}
    try:
        document = _Markup(html).render(font_config=font_config, stylesheets=styles, **options)
        pdf: bytes = document.write_pdf(finisher=_finish, **options)
    except FatalURLFetchingError as error:
        raise UnexpectedFetchError(str(error)) from None
    return pdf


def _finish(_document: object, pdf: pydyf.PDF) -> None:
    """Mend the whole: heads of columns known as such, each stream compressed once.

    Level 6 instead of 9 makes a paper 1 % longer and its streams four times faster.
    """
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and thing.compress:
            content = b"\n".join(map(_bytes, thing.stream))
            thing.stream, thing.compress = [zlib.compress(content, 6)], False
            thing.extra["Filter"] = "/FlateDecode"
        elif isinstance(thing, pydyf.Dictionary) and thing.get("S") == "/TH" and "A" in thing:
            thing["A"]["Scope"] = "/Column"
        elif isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/FontDescriptor":
            _level(thing)


def _level(descriptor: pydyf.Dictionary) -> None:
    """A character from another font is marked as high as its neighbours: Noto counts the tallest of all scripts."""
    name = descriptor["FontName"].decode().rpartition("+")[2]
    if name not in set(Face):
        descriptor["Ascent"], descriptor["Descent"] = 880, -120


def _bytes(part: bytes | str | pydyf.Object) -> bytes:
    if isinstance(part, pydyf.Object):
        return bytes(part.data)
    return part.encode("ascii") if isinstance(part, str) else part


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, auto_reload=False,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@lru_cache(maxsize=4)
def _font_config(choice: FontChoice) -> FontConfiguration:
    """What is kept between papers."""
    return _font_configuration(letter_fonts(choice))


def _style(name: str, font_config: FontConfiguration) -> CSS:
    """A stylesheet of ours."""
    return CSS(filename=TEMPLATES / f"{name}.css", font_config=font_config, url_fetcher=_NothingOutside())


def _font_configuration(fonts: LetterFonts) -> FontConfiguration:
    """Fontconfig that knows the letter's own fonts alone; far faster than @font-face, which copies each file."""
    with tempfile.TemporaryDirectory(prefix="casework-fonts-") as scratch, _fontconfig_lock:
        path = Path(scratch) / "fonts.conf"
        path.write_text(_fontconfig(fonts, scratch), "utf-8")
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(path)  # the one way to hand it over; read when the object is made
        try:
            return FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


def _fontconfig(fonts: LetterFonts, cache: str) -> str:
    """The configuration file: the folders, nothing but these files, and our name for each hand."""
    paths = {face: str(font.path) for face, font in fonts.files.items()}
    folders = "".join(
        f"<dir>{escape(folder)}</dir>" for folder in sorted({str(Path(p).parent) for p in paths.values()})
    )
    accepted = "".join(f"<glob>{escape(path)}</glob>" for path in sorted(set(paths.values())))
    names = "".join(
        f'<match target="scan"><test name="file"><string>{escape(path)}</string></test>'
        f'<edit name="family" mode="prepend"><string>{face}</string></edit>'
        '<edit name="weight" mode="assign_replace"><const>regular</const></edit></match>'
        for face, path in paths.items()
        if face not in (Face.RARE, Face.INDEX)
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{escape(cache)}</cachedir>"
        f"<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>{accepted}</acceptfont></selectfont>"
        f"{names}</fontconfig>"
    )
