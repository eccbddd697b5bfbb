"""What a file is, by its content; what is not on the list is refused."""

import io
import zipfile
from dataclasses import dataclass

import pikepdf
from PIL import Image, UnidentifiedImageError

from casework.rules.errors import RuleError

UNPACKED_MOST = 50 * 1024 * 1024
RATIO_MOST = 100
ENTRIES_MOST = 500
PIXELS_MOST = 50_000_000


@dataclass(frozen=True)
class FileKind:
    """A kind of file that is taken as an attachment."""

    suffix: str
    media_type: str

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Every way a name of this kind may end."""
        return ("jpg", "jpeg") if self.suffix == "jpg" else (self.suffix,)


PDF = FileKind("pdf", "application/pdf")
PNG = FileKind("png", "image/png")
JPEG = FileKind("jpg", "image/jpeg")
XLSX = FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
DOCX = FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
ALL_KINDS = (PDF, PNG, JPEG, XLSX, DOCX)


def kind_of(content: bytes) -> FileKind:
    """Return what these bytes are, by parsing them, or refuse them with a sentence."""
    if not content:
        raise RuleError("The file is empty.")
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _picture(content)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    raise RuleError("Only PDF, PNG, JPEG, XLSX and DOCX files are taken.")


def _pdf(content: bytes) -> FileKind:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) == 0:
                raise RuleError("The PDF has no page.")
    except pikepdf.PasswordError:
        raise RuleError("The PDF is locked with a password. Save it without one.") from None
    except (pikepdf.PdfError, RuntimeError, ValueError):  # what its reader cannot mend, it tells in many ways
        raise RuleError("The PDF is damaged and cannot be opened.") from None
    return PDF


def _picture(content: bytes) -> FileKind:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > PIXELS_MOST:
                raise RuleError("The picture is too large.")
            picture.verify()
            return PNG if picture.format == "PNG" else JPEG
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise RuleError("The picture is damaged and cannot be opened.") from None


def _office(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_zip(archive, len(content))
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError):
        raise RuleError("The file is damaged and cannot be opened.") from None
    if "xl/workbook.xml" in names:
        return XLSX
    if "word/document.xml" in names:
        return DOCX
    raise RuleError("Only PDF, PNG, JPEG, XLSX and DOCX files are taken.")


def check_zip(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse an archive that is far larger than it looks."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRIES_MOST or unpacked > UNPACKED_MOST or unpacked > RATIO_MOST * max(packed, 1):
        raise RuleError("The file unpacks to far more than it should and is not taken.")
