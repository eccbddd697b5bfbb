"""Which row of a sheet is its head, and which column holds what."""

import re
import unicodedata
from collections.abc import Mapping as Table
from dataclasses import dataclass, replace
from decimal import Decimal

from casework.registry.tables.values import text_of
from casework.registry.tables.words import COLUMNS, DERIVED, UNITS, Column, Family, Field, Kind, column_of
from casework.registry.tables.workbook import Sheet
from casework.rules.errors import RuleError
from casework.rules.words import N_

_HEAD_WITHIN = 40  # rows
_LEAST_FIELDS = 3

_MISSING = N_("No column for %(columns)s is chosen on sheet “%(sheet)s”; choose one.")
_TWICE = N_("Two columns of sheet “%(sheet)s” are chosen for %(columns)s; choose one of them.")


@dataclass(frozen=True)
class Mapping:
    """How a sheet is read: its head row (from 0), the heads, the field of each column and the units it is in."""

    kind: Kind
    sheet: str
    head_row: int
    heads: tuple[str, ...]
    fields: Table[int, Field]
    scales: Table[int, Table[Family, Decimal]]

    def corrected(self, fields: Table[int, Field]) -> "Mapping":
        """The mapping with the columns a person chose."""
        return replace(self, fields=dict(sorted(fields.items())))

    def column(self, field: Field) -> int | None:
        """The column that holds the field."""
        return next((column for column, held in self.fields.items() if held == field), None)

    def scale(self, column: int) -> Decimal:
        """By how much a figure of this column is multiplied to give tonnes or yuan."""
        family = column_of(self.kind, self.fields[column]).family
        return self.scales.get(column, {}).get(family, Decimal(1)) if family else Decimal(1)

    def missing(self) -> list[Column]:
        """The columns that must be there and are not."""
        held = set(self.fields.values())
        return [column for column in COLUMNS[self.kind] if column.required and column.field not in held]

    def check(self) -> None:
        """Refuse a mapping that lacks a column or has one twice."""
        if missing := self.missing():
            raise RuleError(_MISSING, sheet=self.sheet, columns="、".join(column.words[0] for column in missing))
        chosen = list(self.fields.values())
        twice = [column.words[0] for column in COLUMNS[self.kind] if chosen.count(column.field) > 1]
        if twice:
            raise RuleError(_TWICE, sheet=self.sheet, columns="、".join(twice))


def find_mapping(sheet: Sheet, kind: Kind) -> Mapping | None:
    """The row that best fits the words of this table as head; None where no row does."""
    best: tuple[int, int, dict[int, Field]] | None = None
    for row in range(min(_HEAD_WITHIN, len(sheet.rows))):
        fields = fields_of(head_texts(sheet, row), kind)
        held = set(fields.values())
        if len(held) >= _LEAST_FIELDS and held & {Field.NAME, Field.CODE} and (best is None or len(held) > best[0]):
            best = (len(held), row, fields)
    if best is None:
        return None
    _, row, fields = best
    heads = head_texts(sheet, row)
    default = _units_above(sheet, row)
    scales = {column: {**default, **_units_of_head(head)} for column, head in enumerate(heads)}
    return Mapping(kind, sheet.name, row, tuple(heads), fields, scales)


def head_texts(sheet: Sheet, row: int) -> list[str]:
    """The heads of a row as a reader sees them, line breaks and spaces taken out."""
    return [re.sub(r"\s+", "", text_of(sheet.spread_value(row, column))) for column in range(len(sheet.rows[row]))]


def fields_of(heads: list[str], kind: Kind) -> dict[int, Field]:
    """The field of each head that is understood; an exact word goes before a head that only contains one."""
    found: dict[int, Field] = {}
    bare = [_bare(head) for head in heads]
    for fits in (_is_word, _contains_word):
        for index, head in enumerate(bare):
            if index in found or not head:
                continue
            column = fits(head, kind)
            if column is not None and column.field not in found.values():
                found[index] = column.field
    return dict(sorted(found.items()))


def _bare(head: str) -> str:
    """A head without unit, brackets, year and stops."""
    text = unicodedata.normalize("NFKC", head)
    text = re.sub(r"[(\[【].*?[)\]】]", "", text)
    text = re.sub(r"^(20\d\d([-—~至]20\d\d)?)?年?度?", "", text)
    text = re.sub(r"[/,、:：]?(万吨|千吨|吨|tCO2e?|亿元|万元|千元|元)$", "", text, flags=re.IGNORECASE)
    return text.strip(":：*、/.")


def _is_word(head: str, kind: Kind) -> Column | None:
    return next((column for column in COLUMNS[kind] if head in column.words), None)


def _contains_word(head: str, kind: Kind) -> Column | None:
    if any(word in head for word in DERIVED) or len(head) > 30:
        return None
    fitting = [
        (len(word), column) for column in COLUMNS[kind] for word in column.words if len(word) > 2 and word in head
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _units_of_head(head: str) -> dict[Family, Decimal]:
    """Units a head names, in brackets or at its end."""
    text = unicodedata.normalize("NFKC", head).lower()
    named = [*re.findall(r"[(\[【](.*?)[)\]】]", text), text if _bare(head) != text.strip() else ""]
    units: dict[Family, Decimal] = {}
    for place in named:
        for unit, family, factor in UNITS:
            if re.sub(r"^单位[::]?|e$", "", place).strip().endswith(unit):
                units.setdefault(family, factor)
                break
    return units


def _units_above(sheet: Sheet, head_row: int) -> dict[Family, Decimal]:
    """Units named above the head for the whole sheet, as in 单位：万吨、万元."""
    units: dict[Family, Decimal] = {}
    for row in range(head_row):
        for value in sheet.rows[row]:
            stated = re.search(r"单位[::](.+)", unicodedata.normalize("NFKC", text_of(value)).lower())
            for word in re.split(r"[、,;/\s()]+", stated[1]) if stated else ():
                for unit, family, factor in UNITS:
                    if word == unit:
                        units.setdefault(family, factor)
    return units
