"""Forty ways to make a printing engine fetch, embed or run something, typed into every text of every kind of letter."""

import dataclasses
import io
import re
import threading
from dataclasses import replace
from datetime import date
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pikepdf
import pypdfium2
import pytest
from support.cases import TODAY
from support.cast import NOW
from weasyprint import CSS
from weasyprint.urls import FatalURLFetchingError

from casework.archive.papers import Paper
from casework.cases.plan_paper import Part
from casework.letters import papers
from casework.letters.batch import Listed
from casework.letters.papers import UnexpectedFetchError, render_paper
from casework.letters.pdf import render
from casework.letters.template_sample import sample_letter
from casework.rules.letter_codes import Verification
from casework.rules.letter_facts import Attachment, Bars, Chart, LetterFacts, Request, Table, Urgency
from casework.rules.letter_templates import RequestText, first_text, text_refusal
from casework.rules.letters import KINDS as LETTER_KINDS
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.plain_json import from_json
from casework.rules.wording import Consent
from tests.letters.samples import BULLETIN, UNITS, example

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


PAPERS = {
    "cover": lambda texts: {
        "rows": [Listed(text, text, text, text) for text in texts], "sheets": 1,
        "printed_by": texts[0], "printed_on": "",
    },
    "contents": lambda texts: {
        "heading": texts[0], "about": texts[1], "author": texts[2], "made": "2026-11-22T00:00:00+08:00",
        "papers": [Paper(text, NOW, text, 0, text) for text in texts],
    },
    "results": lambda texts: {
        "title": texts[0], "author": texts[1], "made": "2026-11-22T00:00:00+08:00", "heading": texts[:2],
        "head": texts[:7], "rows": [[text] * 7 for text in texts], "foot": texts[3],
    },
    "plan": lambda texts: {
        "title": texts[0], "author": texts[1], "made": "2026-11-22T00:00:00+08:00", "heading": texts[:2],
        "about": texts[:3], "summary": texts, "years": [texts[:4]], "alternative": texts[4], "cost": texts[5],
        "bar": [Part(0, 156, "#222222", texts[6])], "measures": [[text] * 7 for text in texts],
        "default": texts[7], "foot": texts[3], "bases": texts[:3], "minded": texts[2:5],
        "asked": [texts[:3], texts[3:6]],
    },
}  # fmt: skip
OVER = {"contents": "list", "results": "list", "plan": "list"}


def text_in(printed):
    document = pypdfium2.PdfDocument(printed)
    text = "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    document.close()
    return text


def plain(text):
    """The text without blanks and hyphens: one at the end of a line is read as none."""
    return re.sub(r"[\s\-\x02\ufffe]", "", text)


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


def full(kind, vector):
    """A letter of the kind that has everything a letter can have, with the vector in every text."""
    chart = Chart(("按家数",), (Bars("甲市", (9_000,)),))
    facts = replace(
        example(kind),
        urgency=Urgency.URGENT,
        requests=(Request("报送。", "各市", date(2026, 12, 5)),),
        units=UNITS,
        units_after=None,
        copies=("自治区发展改革委",),
        consent=Consent(date(2026, 11, 18), "宁政办函〔2026〕88号"),
        attachments=(Attachment("附表", ("单位：吨。",), Table(("栏",), (("值",),)), chart),),
    )
    code = Verification(CODE, f"https://x/{vector}")
    return replace(everywhere(facts, vector), issued_by="办公室", verification=code)  # the printer has one line: below


CODE = "0123456789ABCDEF"
KINDS = tuple(LetterKind)
# Each vector in a letter of one kind, and in the long form in letters of all.
TYPED = [
    pytest.param(kind, vector, marks=() if n % len(KINDS) == k else pytest.mark.proof)
    for n, vector in enumerate(VECTORS)
    for k, kind in enumerate(KINDS)
]


def test_there_are_forty_of_them():
    assert len(set(VECTORS)) == 40


@pytest.mark.parametrize(("kind", "vector"), TYPED)
def test_nothing_typed_is_fetched_embedded_or_taken_as_markup(kind, vector, canary, fonts_folder, caplog):
    url, asked = canary
    typed = vector.replace("URL", url)
    facts = full(kind, typed)
    printed = render(facts, fonts=fonts_folder)
    assert asked == []
    assert caplog.records == []
    text = text_in(printed)
    assert text.count("".join(typed.split())) >= 18
    with pikepdf.open(io.BytesIO(printed)) as opened:
        assert from_json(LetterFacts, opened.attachments["letter.json"].get_file().read_bytes()) == facts
        things = [thing for thing in opened.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)]
        kinds = {str(thing.get(key)) for thing in things for key in ("/Type", "/Subtype", "/S")}
        assert not kinds & {"/Annot", "/Link", "/JavaScript", "/URI", "/Launch", "/GoToR"}
        assert not kinds & {"/XObject", "/Image", "/Form"}
        assert sum(thing.get("/Type") == "/EmbeddedFile" for thing in things) == 1
        assert sum(thing.get("/S") == "/H1" for thing in things) == 1
        assert "/OpenAction" not in opened.Root
        assert "/AA" not in opened.Root


def test_the_printer_of_a_bulletin_is_text_as_well(canary, fonts_folder):
    for typed in ("<img src=x/>&amp;", "{{ 7*7 }}<b>", "\" style='color:red'"):
        assert "".join(typed.split()) in text_in(render(replace(BULLETIN, issued_by=typed), fonts=fonts_folder))


@pytest.mark.parametrize("name", list(PAPERS))
def test_the_other_papers_take_nothing_as_markup_either(name, canary, fonts_folder, caplog):
    url, asked = canary
    vectors = [vector.replace("URL", url) for vector in VECTORS]
    text = plain(text_in(render_paper(name, PAPERS[name](vectors), fonts=fonts_folder, over=OVER.get(name, ""))))
    assert [vector for vector in vectors if plain(vector) not in text] == []
    assert (asked, caplog.records) == ([], [])


@pytest.mark.parametrize("vector", VECTORS)
def test_what_a_template_says_stays_text_or_is_refused_as_an_unknown_field(session, vector):
    kind = KINDS[VECTORS.index(vector) % len(KINDS)]
    whom = next(one for one in AddresseeKind if one in LETTER_KINDS[kind].addressees)
    text = everywhere(replace(first_text(kind), requests=(RequestText("报送。", "各市"),)), vector)
    text = replace(text, prefix="宁环函")
    if "{" in vector:
        assert text_refusal(text, kind).field == "title"
        return
    assert text_refusal(text, kind) is None
    _letter, facts = sample_letter(kind, whom, text, now=NOW, today=TODAY)
    said = [facts.title, facts.closing, facts.replied_how, facts.requests[0].text, facts.requests[0].who, *facts.body]
    assert [one for one in said[:5] if one != vector] == []
    assert said[5:].count(vector) >= 2


@pytest.mark.parametrize(
    "scheme", ["http://127.0.0.1:9/", "https://x/", "file:///etc/passwd", "data:text/plain,x", "x"]
)
def test_the_fetcher_refuses_every_address(scheme):
    with pytest.raises(FatalURLFetchingError, match="refused"):
        papers._NothingOutside().fetch(scheme)


def test_a_stylesheet_that_asks_for_something_stops_the_paper(canary, fonts_folder, monkeypatch):
    url, asked = canary
    asking = CSS(string=f"h1 {{ background: url({url}/bg.png) }}", url_fetcher=papers._NothingOutside())
    monkeypatch.setattr(papers, "_style", lambda _name, _font_config: asking)
    with pytest.raises(UnexpectedFetchError, match=r"refused: .*bg\.png"):
        render_paper("cover", PAPERS["cover"](VECTORS), fonts=fonts_folder)
    assert asked == []
