"""What changed between two versions of a letter: its text paragraph by paragraph, its units row by row. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from casework.rules.letter_facts import LetterFacts, UnitRow, letter_paragraphs, printed_attachments

ALIKE = 0.5  # from this share of common characters on, two paragraphs are one that was changed


class Piece(NamedTuple):
    """A part of a paragraph, and whether it was changed."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Line:
    """A paragraph as it was and as it is; one of them is empty where it came or went."""

    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether the paragraph was changed."""
        return self.before != self.after

    @property
    def pieces(self) -> tuple[list[Piece], list[Piece]]:
        """Both paragraphs in pieces; what two of one origin have in common is told from what was changed."""
        matcher = SequenceMatcher(None, self.before, self.after, autojunk=False)
        if matcher.ratio() < ALIKE:
            return [Piece(self.before, True)] if self.before else [], [Piece(self.after, True)] if self.after else []
        codes = matcher.get_opcodes()
        old = [Piece(self.before[a:b], kind != "equal") for kind, a, b, _c, _d in codes if b > a]
        new = [Piece(self.after[c:d], kind != "equal") for kind, _a, _b, c, d in codes if d > c]
        return old, new


def lines_of(facts: LetterFacts) -> list[str]:
    """Everything a reader sees of a letter, a line for each paragraph and row."""
    head = [facts.title, f"{facts.addressee}：", *letter_paragraphs(facts)]
    units = [f"{one.name}　{one.year}　{one.due:,}　{one.surrendered:,}　{one.short:,}" for one in facts.units]
    foot = [f"附件：{one.title}" for one in printed_attachments(facts)]
    contact = f"（联系人：{facts.contact.person}，联系电话：{facts.contact.phone}）"
    urgency = [f"紧急程度：{facts.urgency}"] if facts.urgency else []
    return [*urgency, *head, *units, *foot, contact, f"抄送：{'，'.join(facts.copies)}"]


def compared(before: LetterFacts, after: LetterFacts) -> Iterator[Line]:
    """Both versions side by side, in order, nothing left out."""
    yield from side_by_side(lines_of(before), lines_of(after))


def side_by_side(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Two lists of lines beside each other, like ones on one level, nothing left out."""
    for _kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for left, right in zip_longest(old[a:b], new[c:d], fillvalue=""):
            yield Line(left, right)


@dataclass(frozen=True)
class UnitChange:
    """A row of the table of units as it was and as it is; one of them is None where the row came or went."""

    name: str
    year: str
    before: UnitRow | None
    after: UnitRow | None


def changed_units(before: Iterable[UnitRow], after: Iterable[UnitRow]) -> tuple[UnitChange, ...]:
    """The rows that differ, in the order of the older table, new ones last."""
    old, new = ({(row.name, row.year): row for row in rows} for rows in (before, after))
    return tuple(
        UnitChange(*key, old.get(key), new.get(key))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    )
