"""Forty ways to make a printing engine fetch, embed or run something, typed into every field of a letter."""

import dataclasses
import io
import threading
from dataclasses import replace
from datetime import date
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pikepdf
import pypdfium2
import pytest
from weasyprint import CSS
from weasyprint.urls import FatalURLFetchingError

from casework.letters import pdf
from casework.letters.pdf import UnexpectedFetchError, render
from casework.rules.letter_facts import Attachment, LetterFacts, Table
from casework.rules.plain_json import from_json
from casework.rules.wording import Consent
from tests.letters.samples import BULLETIN, NOTICE, UNITS

VECTORS = """
<img src="URL/img.png"/>
<img srcset="URL/set.png 2x"/>
<picture><source srcset="URL/p.png"/></picture>
<link rel="stylesheet" href="URL/a.css"/>
<link rel="attachment" href="URL/secret.txt"/>
<link rel="attachment" href="file:///etc/passwd"/>
<a rel="attachment" href="file:///etc/hostname">x</a>
<a href="URL/link">x</a>
<base href="URL/"/>
<meta http-equiv="refresh" content="0;url=URL/r"/>
<object data="URL/o.svg"></object>
<embed src="URL/e.svg"/>
<iframe src="URL/f.html"></iframe>
<video poster="URL/v.png"></video>
<input type="image" src="URL/i.png"/>
<body background="URL/b.png">
<table background="URL/t.png"><tr><td>x</td></tr></table>
<script src="URL/s.js"></script>
<form action="URL/form"><button>x</button></form>
<style>@import url(URL/i.css);</style>
</style><style>*{background:url(URL/bg)}</style>
<style>@font-face{font-family:f;src:url(URL/f.woff)}</style>
<p style="background-image:url(URL/x)">x</p>
" style="background:url(URL/attr)" x="
' style='list-style-image:url(URL/li)' x='
pt;background:url(URL/css);content:"
@import "URL/z.css";
<svg><image href="URL/svg.png"/></svg>
<svg><image xlink:href="URL/svg.png"/></svg>
<svg><use href="URL/u.svg#a"/></svg>
<svg onload="fetch('URL/js')"/>
<svg><foreignObject><img src="URL/fo"/></foreignObject></svg>
<svg><style>@import url(URL/s.css)</style></svg>
<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;
<?xml-stylesheet href="URL/x.css"?>
<![CDATA[<img src="URL/cd"/>]]>
--><img src="URL/comment"/><!--
</p></section></body></html><h1>x</h1>
&lt;img src=URL/lt&gt;&#60;b&#62;&amp;
{{ facts.organ }}{% include "/etc/passwd" %}{# x #}
""".strip().splitlines()


@pytest.fixture(scope="module")
def canary():
    """A server on the loopback that notes every request."""
    asked = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def everywhere(value, vector):
    """The same facts with the vector in every text."""
    if dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return replace(value, **{name: everywhere(fields[name], vector) for name in fields.keys() - {"language"}})
    if isinstance(value, tuple):
        return tuple(everywhere(inner, vector) for inner in value)
    return vector if isinstance(value, str) and not isinstance(value, StrEnum) else value


FULL = replace(
    NOTICE,
    units=UNITS,
    copies=("自治区发展改革委",),
    consent=Consent(date(2026, 11, 18), "宁政办函〔2026〕88号"),
    attachments=(Attachment("附表", ("单位：吨。",), Table(("栏",), (("值",),))),),
)


def test_there_are_forty_of_them():
    assert len(set(VECTORS)) == 40


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_typed_is_fetched_embedded_or_taken_as_markup(vector, canary, fonts_folder, caplog):
    url, asked = canary
    typed = vector.replace("URL", url)
    facts = everywhere(FULL, typed)
    printed = render(facts, fonts=fonts_folder)
    assert asked == []
    assert caplog.records == []
    document = pypdfium2.PdfDocument(printed)
    text = "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    document.close()
    assert text.count("".join(typed.split())) >= 12
    with pikepdf.open(io.BytesIO(printed)) as opened:
        assert from_json(LetterFacts, opened.attachments["letter.json"].get_file().read_bytes()) == facts
        things = [thing for thing in opened.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)]
        kinds = {str(thing.get(key)) for thing in things for key in ("/Type", "/Subtype", "/S")}
        assert not kinds & {
            "/Annot",
            "/XObject",
            "/Image",
            "/Form",
            "/Link",
            "/JavaScript",
            "/URI",
            "/Launch",
            "/GoToR",
        }
        assert sum(thing.get("/Type") == "/EmbeddedFile" for thing in things) == 1
        assert sum(thing.get("/S") == "/H1" for thing in things) == 1
        assert "/OpenAction" not in opened.Root
        assert "/AA" not in opened.Root


def test_the_printer_of_a_bulletin_is_text_as_well(canary, fonts_folder):
    for typed in ("<img src=x/>&amp;", "{{ 7*7 }}<b>", "\" style='color:red'"):
        document = pypdfium2.PdfDocument(render(replace(BULLETIN, issued_by=typed), fonts=fonts_folder))
        text = document[len(document) - 1].get_textpage().get_text_range()
        document.close()
        assert "".join(typed.split()) in "".join(text.split())


@pytest.mark.parametrize(
    "scheme", ["http://127.0.0.1:9/", "https://x/", "file:///etc/passwd", "data:text/plain,x", "x"]
)
def test_the_fetcher_refuses_every_address(scheme):
    with pytest.raises(FatalURLFetchingError, match="refused"):
        pdf._NothingOutside().fetch(scheme)


def test_a_stylesheet_that_asks_for_something_stops_the_letter(canary, fonts_folder, monkeypatch):
    url, asked = canary
    press = pdf._press(fonts_folder)
    asking = CSS(string=f"h1 {{ background: url({url}/bg.png) }}", url_fetcher=pdf._NothingOutside())
    monkeypatch.setattr(pdf, "_press", lambda _fonts: replace(press, style=asking))
    with pytest.raises(UnexpectedFetchError, match=r"refused: .*bg\.png"):
        render(NOTICE, fonts=fonts_folder)
    assert asked == []
