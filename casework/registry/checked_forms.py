"""A form that takes a table from a file or as text, and is taken over only after it was shown."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, HiddenField

from casework.registry.tables.workbook import Value, read_workbook
from casework.web.forms import Form

TEXT_MOST = 200_000


class CheckedForm(Form):
    """A file or a text, and the sign of what was shown of it."""

    agrees = True

    file = FileField(_l("Workbook"), render_kw={"accept": ".xlsx,.csv,.txt"})
    checked = HiddenField()

    def take_file(self, into: Field, holds: Callable[[str], bool]) -> None:
        """Let a file stand before the text: its rows that hold anything become the lines of it."""
        upload: Any = self.file.data
        if upload:
            into.data, into.raw_data = _lines_of(upload.read(), upload.filename or "table", holds), None

    def was_checked(self, lines: str) -> bool:
        """Tell whether exactly these lines were shown before."""
        return bool(self.checked.data == digest(lines))

    def show(self, lines: str, into: Field) -> None:
        """Show the lines as they were read, and remember that they were shown."""
        into.data, into.raw_data = lines, None
        self.checked.data, self.checked.raw_data = digest(lines), None


def digest(lines: str) -> str:
    """Return the sign of some lines."""
    return hashlib.sha256(lines.encode()).hexdigest()


def _lines_of(content: bytes, name: str, holds: Callable[[str], bool]) -> str:
    rows = (
        " ".join(_text(value) for value in row if value != "")
        for sheet in read_workbook(content, name)
        for row in sheet.rows
    )
    return "\n".join(row for row in rows if holds(row))


def _text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat()[:10] if isinstance(value, date) else str(value).strip()
