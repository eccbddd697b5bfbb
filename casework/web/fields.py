"""Fields as offices fill them in: days, tonnes, yuan, choices, rows and files, each refusing with our words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import DateField, FieldList, Form, FormField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice, SelectFieldBase
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

FILES_MOST = 10
ROWS_MOST = 60
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_GROUPING = re.compile(r"[,\s\u00a0\u3000]")
_MOST = 10**12


def required(message: Any) -> InputRequired:
    """Ask for a value, in a sentence that says which."""
    return InputRequired(message)


def at_most(characters: int) -> Length:
    """Bound a text."""
    return Length(max=characters, message=_l("Enter at most %(max)d characters."))


class DayField(DateField):  # type: ignore[misc]
    """A day, typed or chosen as 2026-11-22."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say how one is written."""
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = date.fromisoformat(text)
        except ValueError:
            self.data = None
            raise ValueError(_("Write the day as 2026-11-22.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return self.data.isoformat() if self.data else ""


class _NumberField(StringField):  # type: ignore[misc]
    """A number as offices write it: separators, blanks and full-width digits are read."""

    widget = TextInput()
    data: Any

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or say what one looks like."""
        text = _GROUPING.sub("", (valuelist[0] if valuelist else "").translate(_FULL_WIDTH))
        self.data = None
        if text:
            self.data = self.read(text)

    def read(self, text: str) -> int | Decimal:
        """Return what the text says."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}"


class TonnesField(_NumberField):
    """Whole tonnes, 0 or more."""

    def read(self, text: str) -> int:
        """Return whole tonnes."""
        if not text.isascii() or not text.isdecimal() or len(text) > len(str(_MOST)):
            raise ValueError(_("Enter whole tonnes, 0 or more, without a unit."))
        return int(text)


class YuanField(_NumberField):
    """Yuan with at most two decimals, 0 or more."""

    def read(self, text: str) -> Decimal:
        """Return yuan."""
        try:
            yuan = Decimal(text)
        except InvalidOperation:
            yuan = Decimal("NaN")
        if not yuan.is_finite() or not 0 <= yuan <= _MOST or yuan != yuan.quantize(Decimal("0.01")):
            raise ValueError(_("Enter yuan with at most two decimals, as 20,000.00."))
        return yuan


def _as_choices(choices: Any) -> Any:
    """Return pairs of value and label as WTForms wants them; what is no list of pairs stays as it is."""
    if choices is None or callable(choices):
        return choices
    return [one if isinstance(one, SelectChoice) else SelectChoice(*one) for one in choices]


class _Pairs(SelectFieldBase):  # type: ignore[misc]
    """Choices given as pairs of value and label, at the beginning or later."""

    def __init__(self, label: Any = None, validators: Any = None, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, choices=_as_choices(choices), **kwargs)

    @property
    def choices(self) -> Any:
        """What is offered."""
        return SelectField.choices.fget(self)

    @choices.setter
    def choices(self, value: Any) -> None:
        SelectField.choices.fset(self, _as_choices(value))


class OneOfField(_Pairs, SelectField):  # type: ignore[misc]
    """A choice from a list."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("invalid_choice_message", _l("Choose one from the list."))
        super().__init__(label, validators, **kwargs)


class OneOfFewField(_Pairs, RadioField):  # type: ignore[misc]
    """A choice of a few that are all shown."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("invalid_choice_message", _l("Choose one."))
        super().__init__(label, validators, **kwargs)


class SomeOfFewField(_Pairs, SelectMultipleField):  # type: ignore[misc]
    """Any number of a few that are all shown."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("validate_choice", True)
        super().__init__(label, validators, **kwargs)


class Row(Form):  # type: ignore[misc]
    """One row of a RowsField; a row in which nothing stands is not looked at."""

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing stands in the row."""
        return not any(field.process_errors or field.data not in (None, "", False) for field in self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Look at the row unless it is blank."""
        return self.is_blank or bool(super().validate(extra_validators))


class RowsField(FieldList):  # type: ignore[misc]
    """Rows of the same fields; buttons named `add` and `drop` change their number without any script."""

    def __init__(self, row_form: type[Row], label: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(FormField(row_form, label=""), label, max_entries=ROWS_MOST, **kwargs)
        self.row_form = row_form
        self.flags.required = needed or None  # at least the first row, then

    def inner(self) -> Iterator[tuple[int, Any]]:
        """Yield every field of every row with the number of its row, from 1."""
        for number, row in enumerate(self.entries, 1):
            for field in row.form:
                yield number, field

    @property
    def own_errors(self) -> list[Any]:
        """What is wrong with the rows as a whole: the other errors stand at fields of theirs."""
        return [one for one in self.errors if one and not isinstance(one, dict)]

    @property
    def filled(self) -> list[dict[str, Any]]:
        """The rows in which something stands."""
        return [row.data for row in self.entries if not row.form.is_blank]

    def change(self, add: str | None, drop: str | None) -> bool:
        """Add or take away the row that a button with the value NAME or NAME-NUMBER asks for; say whether one did."""
        if add == self.name and len(self.entries) < ROWS_MOST:
            self.append_entry()
            return True
        name, _dash, number = (drop or "").rpartition("-")
        if name != self.name or not number.isdecimal() or int(number) >= len(self.entries):
            return False
        self.pop_entry(int(number))
        if not self.entries:
            self.append_entry()
        return True


@dataclass(frozen=True)
class Upload:
    """A file as it came with a form."""

    name: str
    content: bytes


class FilesField(MultipleFileField):  # type: ignore[misc]
    """Files to be attached; what they are is judged by their content where they are stored."""

    def __init__(self, label: Any = None, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        kwargs.setdefault("description", _l("PDF, PNG, JPEG, XLSX or DOCX."))
        kwargs.setdefault("render_kw", {"accept": ".pdf,.png,.jpg,.jpeg,.xlsx,.docx"})
        super().__init__(label, [*validators, _not_too_many], **kwargs)

    @property
    def uploads(self) -> list[Upload]:
        """The files that came."""
        found = []
        for storage in self.data or []:
            storage.stream.seek(0)
            found.append(Upload(storage.filename or "", storage.stream.read()))
        return found


def _not_too_many(_form: object, field: FilesField) -> None:
    if len(field.data or []) > FILES_MOST:
        raise ValidationError(_("Attach at most %(most)s files at once.", most=FILES_MOST))
