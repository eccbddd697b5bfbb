"""An uploaded workbook as a package of parts: what is unpacked here, within limits, is all that is parsed later."""

import zipfile
import zlib
from collections import Counter
from io import BytesIO
from xml.parsers import expat

from casework.rules.errors import RuleError
from casework.rules.words import N_

MIB = 1024 * 1024
UNPACKED_LIMIT = 50 * MIB
RATIO_LIMIT = 100
ENTRY_LIMIT = 500
AREA_LIMIT = 2_000_000  # cells between A1 and the last one filled: readers lay out all of them
TEXT_LIMIT = 50 * MIB  # characters, a shared text counted each time a cell uses it
_CHUNK = 256 * 1024

_ENCRYPTED = N_("The workbook is protected with a password; save it without one and upload it again.")
_TOO_LARGE = N_("The workbook is too large: unpacked it may have at most %(limit)s MiB in %(entries)s parts.")
_TOO_WIDE = N_("The workbook is too large: a sheet may span at most %(cells)s cells.")
_DAMAGED = N_("The workbook is damaged and cannot be opened; save it again in Excel or WPS as .xlsx.")


def clean_package(data: bytes) -> bytes:
    """The workbook packed anew from parts that were unpacked within the limits and are well-formed.

    What readers then open is exactly what was measured, whatever the first package's directory claims.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _check_directory(package, len(data))
            return _packed_anew(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, OverflowError) as error:
        raise RuleError(_DAMAGED) from error


def _check_directory(package: zipfile.ZipFile, size: int) -> None:
    entries = package.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise RuleError(_ENCRYPTED)
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > ENTRY_LIMIT or unpacked > min(UNPACKED_LIMIT, RATIO_LIMIT * size):
        raise _too_large()
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise RuleError(_DAMAGED)


def _packed_anew(package: zipfile.ZipFile) -> bytes:
    target = BytesIO()
    total, measured = 0, _Measure()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as clean:
        for entry in package.infolist():
            part = bytearray()
            with package.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    total += len(chunk)
                    if total > UNPACKED_LIMIT:
                        raise _too_large()
                    part += chunk
            content = bytes(part)
            if entry.filename.lower().endswith((".xml", ".rels")) or b"sheetData" in content:
                measured.take(content)
            clean.writestr(zipfile.ZipInfo(entry.filename), content)
    measured.check()
    return target.getvalue()


def _too_large() -> RuleError:
    return RuleError(_TOO_LARGE, limit=UNPACKED_LIMIT // MIB, entries=ENTRY_LIMIT)


class _Measure:
    """Counts what the parts would cost a reader: the area of each sheet and the text that its cells repeat."""

    def __init__(self) -> None:
        self.shared: list[int] = []  # length of each shared text
        self.used: Counter[int] = Counter()  # how many cells use which of them
        self.text = 0

    def take(self, content: bytes) -> None:
        """Measure one part; entities and broken XML are refused."""
        part = _Part(self)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = part.start
        parser.EndElementHandler = part.end
        parser.CharacterDataHandler = part.characters
        parser.StartDoctypeDeclHandler = part.doctype
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise RuleError(_DAMAGED) from error

    def check(self) -> None:
        """Refuse a workbook whose cells together repeat too much text."""
        lengths = dict(enumerate(self.shared))
        repeated = sum(lengths.get(index, 0) * times for index, times in self.used.items())
        if self.text + repeated > TEXT_LIMIT:
            raise _too_large()


class _Part:
    def __init__(self, measure: _Measure) -> None:
        self.measure = measure
        self.row = self.column = self.last_row = self.last_column = 0
        self.kind: str | None = None
        self.value = ""
        self.in_value = False
        self.length = 0

    def doctype(self, *_: object) -> None:
        raise RuleError(_DAMAGED)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "row":
            self.row = _number(attributes.get("r")) or self.row + 1
            self.column = 0
        elif local == "c":
            row, column = _reference(attributes.get("r", ""))
            self.row, self.column = row or self.row, column or self.column + 1
            self.kind = attributes.get("t")
        elif local in ("v", "is"):
            self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
            if self.last_row * self.last_column > AREA_LIMIT:
                raise RuleError(_TOO_WIDE, cells=f"{AREA_LIMIT:,}")
            self.in_value, self.value = local == "v", ""
        elif local == "si":
            self.length = 0

    def characters(self, text: str) -> None:
        self.length += len(text)
        if self.in_value and self.kind == "s":
            self.value += text[:20]
        else:
            self.measure.text += len(text)

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local == "si":
            self.measure.shared.append(self.length)
        elif local == "v":
            self.in_value = False
            if self.kind == "s" and (index := _number(self.value.strip())) is not None:
                self.measure.used[index] += 1


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _reference(text: str) -> tuple[int, int]:
    """Row and column, counted from 1, of a reference such as H12; zeros where there is none."""
    letters = text.rstrip("0123456789")
    if len(letters) > 3 or not letters.isascii() or not letters.isalpha():
        return 0, 0
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return _number(text[len(letters) :]) or 0, column
