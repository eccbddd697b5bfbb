"""Letters on paper: printed alone and together, and the scan that comes back with the seal."""

import hashlib
import re
from io import BytesIO

import openpyxl
import pikepdf
import pytest
import sqlalchemy as sa
from support.letters import blank_pdf, drafted, recipient_deed, step, to_signed
from support.pages import hidden_values

from casework.audit.models import AuditRow
from casework.db import db
from casework.files.models import StoredFile
from casework.jobs.worker import run_all
from casework.letters.actions import printing
from casework.letters.batch import Listed, bound
from casework.letters.models import Letter, LetterPrint, PrintRun, Recipient, SealedScan
from casework.letters.pictures import page_count

pytestmark = pytest.mark.slow  # each prints letters


@pytest.fixture
def numbered(people, cases, once):
    """Two numbered letters; a second one to the same units is not needed, so each names one case."""

    def number_them():
        letters = [drafted(people, [case]) for case in cases]
        for one in letters:
            to_signed(people, one)
            assert step(people, "bob", one, "register").status_code == 303
        return letters

    return once("numbered letters", number_them)


def printed(people, ids, who="carol"):
    browser = people(who)
    values = hidden_values(browser.get("/letters?tab=sent").text, "/letters/print")
    return browser.post("/letters/print", data=values | {"ids": ids})


def cover_of(pages):
    return lambda _rows: blank_pdf(pages)


@pytest.mark.parametrize("cover", [1, 2, 3])
def test_each_letter_begins_on_an_odd_page_behind_the_cover_list(cover):
    lengths = [1, 2, 3, 1]
    told = []

    def listing(rows):
        told.append([(row.pages, row.first) for row in rows])
        return blank_pdf(cover)

    content = bound(((Listed(str(n), "函", "府"), blank_pdf(n)) for n in lengths), listing)
    assert page_count(content) == cover + cover % 2 + sum(n + n % 2 for n in lengths)
    assert [pages for pages, _first in told[-1]] == lengths
    assert all(first % 2 == 1 for _pages, first in told[-1])
    assert told[-1][0][1] == cover + cover % 2 + 1


def test_the_same_letters_are_bound_into_the_same_bytes():
    once, again = (bound([(Listed("1", "函", "府"), blank_pdf(3))], cover_of(1)) for _ in range(2))
    assert once == again


def test_a_selection_is_printed_as_one_pdf_and_who_printed_what_is_kept(app, people, numbered):
    answer = printed(people, numbered)
    page = people("carol").get(answer.location).text
    assert "宁环函〔2026〕1号" in page
    assert "宁环函〔2026〕2号" in page
    with app.app_context():
        run = db.session.scalars(sa.select(PrintRun)).one()
        assert [one.letter_id for one in run.prints] == numbered
        frozen = [db.session.get(Letter, one).pdf.content for one in numbered]
    pdf = people("carol").get(f"{answer.location}/letters.pdf").data
    assert pdf == people("amir").get(f"{answer.location}/letters.pdf").data, "a reprint is the same bytes"
    with pikepdf.open(BytesIO(pdf)) as together:
        pages = [page.Contents.read_bytes() for page in together.pages if "/Contents" in page]
    for content in frozen:
        with pikepdf.open(BytesIO(content)) as letter:
            for page in letter.pages:
                assert page.Contents.read_bytes() in pages, "the stored pages are taken over, never set again"
    letter_page = people("bob").get(f"/letters/{numbered[0]}").text
    assert "打印批次1" in letter_page
    assert "柯柔" in letter_page
    with app.app_context():
        actions = db.session.scalars(sa.select(AuditRow.action).where(AuditRow.action.like("letter%printed"))).all()
        assert sorted(actions) == ["letter printed", "letter printed", "letters printed", "letters printed"]


def test_the_runs_can_be_taken_away_as_a_list(people, numbered):
    printed(people, numbered)
    assert "/letters/prints.xlsx" in people("carol").get("/letters/prints").text
    sheet = openpyxl.load_workbook(BytesIO(people("carol").get("/letters/prints.xlsx").data)).active
    assert [[cell.value for cell in row[1:]] for row in sheet.iter_rows(min_row=2)] == [["柯柔", 2, "已完成"]]


def test_the_cover_list_names_every_letter(people, numbered):
    import pypdfium2

    answer = printed(people, numbered)
    content = people("carol").get(f"{answer.location}/letters.pdf").data
    with pypdfium2.PdfDocument(content) as pdf:
        text = "".join(pdf[0].get_textpage().get_text_bounded().split())
    for words in ("打印清单", "宁环函〔2026〕1号", "宁环函〔2026〕2号", "石嘴山市人民政府", "打印人：柯柔"):
        assert words in text, words


def test_a_long_selection_is_bound_in_the_background(app, people, numbered, monkeypatch):
    monkeypatch.setattr(printing, "AT_ONCE_MOST", 1)
    answer = printed(people, numbered)
    page = people("carol").get(answer.location).text
    assert "正在合并函件" in page
    assert "data-progress=" in page
    assert people("carol").get(f"{answer.location}/letters.pdf").status_code == 409
    with app.app_context():
        assert run_all() == 1
    assert "打开PDF打印" in people("carol").get(answer.location).text
    assert people("carol").get(f"{answer.location}/letters.pdf").data.startswith(b"%PDF-")
    with app.app_context():
        run = db.session.scalars(sa.select(PrintRun)).one()
        job = db.session.execute(sa.text("SELECT progress_done, progress_total FROM job")).one()
        assert tuple(job) == (2, 2)
        assert run.file.sha256 == hashlib.sha256(run.file.content).hexdigest()


def test_what_has_no_number_is_not_printed_with_the_others(app, people, cases, numbered):
    draft = drafted(people, cases)
    assert printed(people, [*numbered, draft]).status_code == 409
    assert printed(people, []).status_code == 409
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LetterPrint)) == 0


def test_readers_and_cities_find_no_boxes_to_print_many(people, numbered):
    assert 'name="ids"' in people("carol").get("/register").text
    for who in ("victor", "dora"):
        assert 'name="ids"' not in people(who).get("/letters?tab=sent").text
        assert people(who).get("/letters/prints").status_code == 403


# --- the sealed scan ------------------------------------------------------------------------------------------------


def sealed(people, letter_id, content, name="用印.pdf", who="alice"):
    path = f"/letters/{letter_id}/sealed"
    data = {"scan": (BytesIO(content), name)}
    return people(who).fill(path, data, follow=False, content_type="multipart/form-data")


def test_the_sealed_scan_is_taken_back_once_and_handed_to_whoever_sees_the_letter(app, people, numbered):
    letter_id = numbered[0]
    with app.app_context():
        pages = page_count(db.session.get(Letter, letter_id).pdf.content)
    scan = blank_pdf(pages)
    assert "收回用印扫描件" in people("alice").get(f"/letters/{letter_id}").text
    assert sealed(people, letter_id, scan).status_code == 303
    page = people("carol").get(f"/letters/{letter_id}").text
    assert hashlib.sha256(scan).hexdigest() in page
    assert people("victor").get(f"/letters/{letter_id}/sealed.pdf").data == scan
    assert people("dora").get(f"/letters/{letter_id}/sealed.pdf").status_code == 404, "not dispatched yet"
    recipient_deed(people, app, "alice", letter_id, "dispatch", day="2026-11-22", way="paper")
    assert people("dora").get(f"/letters/{letter_id}/sealed.pdf").data == scan
    assert people("dan").get(f"/letters/{letter_id}/sealed.pdf").status_code == 404
    again = sealed(people, letter_id, scan)
    assert again.status_code == 422
    assert "不得替换" in again.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (blank_pdf(9), "扫描件为9页"),
        (b"\x89PNG\r\n\x1a\n", "损坏"),
        (b"scan", "PDF、PNG、JPEG"),
        (b"%PDF-1.7 x", "损坏"),
    ],
)
def test_a_scan_that_does_not_fit_is_refused(app, people, numbered, content, sentence):
    answer = sealed(people, numbered[0], content)
    assert answer.status_code == 422
    assert sentence in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SealedScan)) == 0


def test_only_a_letter_in_force_comes_back_with_a_seal(people, cases):
    letter_id = drafted(people, cases)
    answer = sealed(people, letter_id, blank_pdf(2))
    assert answer.status_code == 422
    assert people("carol").get(f"/letters/{letter_id}/sealed").status_code == 403


def test_the_database_itself_keeps_a_sealed_scan(app, people, numbered):
    with app.app_context():
        pages = page_count(db.session.get(Letter, numbered[0]).pdf.content)
    sealed(people, numbered[0], blank_pdf(pages))
    for change in ("UPDATE sealed_scan SET file_id = file_id", "DELETE FROM sealed_scan"):
        with app.app_context(), pytest.raises(sa.exc.DBAPIError, match="a sealed scan is never"):
            db.session.execute(sa.text(change))


# --- files of a recipient -------------------------------------------------------------------------------------------


def test_the_files_of_a_reply_are_handed_out_to_whoever_sees_the_letter(app, people, numbered):
    letter_id, reply, ledger = numbered[0], blank_pdf(1), blank_pdf(3)
    files = [(BytesIO(reply), "回函.pdf"), (BytesIO(ledger), "台账.pdf")]
    recipient_deed(people, app, "alice", letter_id, "dispatch", day="2026-11-22", way="paper")
    recipient_deed(people, app, "alice", letter_id, "receipt", day="2026-11-22", name="王建国")
    assert recipient_deed(people, app, "dora", letter_id, "reply", files=files).status_code == 303
    for who in ("dora", "alice"):
        page = people(who).get(f"/letters/{letter_id}").text
        found = dict(re.findall(r'href="([^"]*/file/reply-\d+)".*?</svg>(.*?)</a>', page, re.S))
        assert [(name, people(who).get(path).data) for path, name in found.items()] == [
            ("回函.pdf", reply), ("台账.pdf", ledger)
        ]  # fmt: skip
    path = next(iter(found))
    assert people("dan").get(path).status_code == 404
    for unknown in ("receipt", "reply-999", "anything"):
        assert people("alice").get(f"{path.rpartition('/')[0]}/{unknown}").status_code == 404


def test_one_file_that_is_none_stops_the_whole_reply_and_is_named_at_the_field(app, people, numbered):
    letter_id = numbered[0]
    recipient_deed(people, app, "alice", letter_id, "dispatch", day="2026-11-22", way="system")
    recipient_deed(people, app, "dora", letter_id, "acknowledge")
    files = [(BytesIO(blank_pdf(1)), "回函.pdf"), (BytesIO(b"MZ\x90"), "台账.pdf")]
    refused = recipient_deed(people, app, "dora", letter_id, "reply", text="已办。", files=files)
    assert refused.status_code == 422
    assert 'href="#files"' in refused.text
    with app.app_context():
        assert db.session.scalars(sa.select(StoredFile).where(StoredFile.name == "回函.pdf")).all() == []
        assert db.session.scalars(sa.select(Recipient.replied_day)).all() == [None, None]
