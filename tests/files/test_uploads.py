"""What is taken as an attachment, and under which name it is kept."""

import io

import pikepdf
import pytest
from PIL import Image
from support.cast import NOW

from casework.files.actions import fitting_name, store_upload
from casework.files.kinds import JPEG, PDF, PNG
from casework.rules.errors import RuleError
from casework.users.queries import account_by_name


def a_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("现场照片.JPEG", JPEG, "现场照片.jpeg"),
        ("plan.pdf", PDF, "plan.pdf"),
        ("plan.html", PDF, "plan.html.pdf"),
        ("..\\..\\windows\\plan.pdf", PDF, "plan.pdf"),
        ("/etc/passwd", PNG, "passwd.png"),
        ("evil\u202efdp.exe", PDF, "evilfdp.exe.pdf"),
        ('a"b\r\nX: y.pdf', PDF, "abX y.pdf"),
        ("", PDF, "file.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("字" * 300 + ".pdf", PDF, "字" * 180 + ".pdf"),
    ],
)
def test_a_file_is_kept_under_a_name_that_fits_what_it_is(name, kind, kept):
    assert fitting_name(name, kind) == kept


def test_an_upload_is_kept_with_the_type_of_its_content(session):
    row = store_upload(a_pdf(), "scan.png", by=account_by_name("alice"), now=NOW)
    assert (row.name, row.media_type) == ("scan.png.pdf", "application/pdf")


def test_a_picture_is_taken(session):
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    assert store_upload(out.getvalue(), "x.png", by=account_by_name("alice"), now=NOW).media_type == "image/png"


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>1</script>", b"%PDF-1.7 broken", b"PK\x03\x04nonsense", b"MZ"]
)
def test_anything_else_is_refused_with_a_sentence(session, content):
    with pytest.raises(RuleError):
        store_upload(content, "x.pdf", by=account_by_name("alice"), now=NOW)
