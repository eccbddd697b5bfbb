"""A region's list of a round as a workbook to be filled in: prefilled, with last time's figures and explanations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from casework.rounds.queries.filling import Card
from casework.rules.report_forms import Field, FieldKind, MeasureFacts
from casework.rules.words import N_
from casework.web.xlsx import Allowed, Out, workbook

NUMBER, _UNIT, _CODE = "number", "unit", "code"
_KINDS = {FieldKind.TONNES: "whole", FieldKind.MONEY: "decimal", FieldKind.DAY: "date", FieldKind.CHOICE: "list"}


@dataclass(frozen=True)
class Column:
    """A column of the workbook: the msgid of its head, and the field it holds; of measures the position in the plan."""

    key: str
    label: str
    field: Field | None = None
    place: int | None = None

    def of(self, card: Card) -> Field | None:
        """Return the field of a unit that stands in this column."""
        if self.place is None or self.field is None:
            return self.field
        if self.place >= len(card.measures):
            return None
        ending = self.field.name.rpartition("_")[2]
        return next((one for one in card.measures[self.place][1] if one.name.endswith(f"_{ending}")), None)


def columns_of(cards: Sequence[Card]) -> list[Column]:
    """Return the columns that these units need: their common fields, and the fields of as many measures as one has."""
    columns = [
        Column(NUMBER, N_("Report no. (leave as it is)")),
        Column(_UNIT, N_("Unit")),
        Column(_CODE, N_("Credit code")),
    ]
    common = [one for one in cards[0].form.fields if one.measure_id is None] if cards else []
    columns += [Column(one.name, one.label, one) for one in common]
    for place in range(max((len(card.measures) for card in cards), default=0)):
        columns.append(Column(f"measure{place}", N_("Measure %(number)s"), place=place))
        shown: dict[str, Field] = {}
        for card in cards:
            for one in card.measures[place][1] if place < len(card.measures) else ():
                shown.setdefault(one.name.rpartition("_")[2], one)
        columns += [
            Column(f"measure{place}_{ending}", N_("Measure %(number)s: %(field)s"), one, place)
            for ending, one in sorted(shown.items())
        ]
    return columns


@dataclass(frozen=True)
class Words:
    """How heads and values are written in the reader's language: functions of the web, so that this module is none."""

    head: Callable[[Column], str]
    value: Callable[[Field, Any], str]
    measure: Callable[[MeasureFacts], str]
    hint: Callable[[Field], str]  # what is entered
    titles: Sequence[str]  # of the three sheets
    guide: Sequence[str]  # heads of the third


def report_workbook(cards: Sequence[Card], words: Words) -> bytes:
    """Return the workbook: what is asked, prefilled; last time's figures; what each column means."""
    columns = columns_of(cards)
    head = [words.head(column) for column in columns]
    allowed = {number: rule for number, column in enumerate(columns) if (rule := _allowed(column, words))}
    asked: list[Sequence[object]] = [
        head,
        *([_cell(card, column, words, last=False) for column in columns] for card in cards),
    ]
    before: list[Sequence[object]] = [
        head,
        *([_cell(card, column, words, last=True) for column in columns] for card in cards),
    ]
    guide: list[Sequence[object]] = [
        words.guide,
        *([words.head(one), words.hint(one.field)] for one in columns if one.field),
    ]
    return workbook(
        [
            Out(words.titles[0], asked, allowed=allowed),
            Out(words.titles[1], before),
            Out(words.titles[2], guide),
        ]
    )


def _allowed(column: Column, words: Words) -> Allowed | None:
    field = column.field
    if field is None:
        return None
    choices = tuple(words.value(field, value) for value, _word in field.choices)
    return Allowed(_KINDS.get(field.kind, "text"), choices, words.hint(field))


def _cell(card: Card, column: Column, words: Words, *, last: bool) -> object:
    unit = card.report.case.enterprise
    about = {NUMBER: card.report.id, _UNIT: unit.name, _CODE: unit.code}
    if column.key in about:
        return about[column.key]
    field = column.of(card)
    if column.field is None:
        place = column.place or 0
        return words.measure(card.measures[place][0]) if place < len(card.measures) else None
    if field is None:
        return None
    value: Any = card.form.facts.last.get(field.name) if last else card.reading.values.get(field.name)
    if value is None:
        return None if last else card.typed.get(field.name)
    return words.value(field, value) if field.kind is FieldKind.CHOICE else value
