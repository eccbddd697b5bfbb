"""What a city's page of a round shows: every unit of its region with what is typed, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from casework.db import db
from casework.registry.queries import in_parts
from casework.rounds.models import Report, ReportFile, Round
from casework.rounds.queries.facts import FormOfUnit, forms_of
from casework.rounds.queries.rounds import reports_of
from casework.rules.report_forms import Field, MeasureFacts, typed_text
from casework.rules.reports import Level, Problem, Reading, prefilled, read_report
from casework.rules.rounds import WITH_CITY, ReportState, RoundState
from casework.users.models import Account


class Stage(StrEnum):
    """How far a city is with a unit."""

    UNTOUCHED = "untouched"
    BEGUN = "begun"  # something must still be put right
    RETURNED = "returned"  # sent back, and nothing was changed since
    DONE = "done"  # can be submitted
    GIVEN = "given"


@dataclass(frozen=True)
class Card:
    """One unit as the city fills it in."""

    report: Report
    form: FormOfUnit
    typed: Mapping[str, str]
    reading: Reading
    files: Sequence[ReportFile] = ()

    @property
    def stage(self) -> Stage:
        """How far the city is with it."""
        if self.report.state not in WITH_CITY:
            return Stage.GIVEN
        if not self.report.typed:
            return Stage.UNTOUCHED
        if waits_for_change(self.report):
            return Stage.RETURNED
        return Stage.DONE if self.reading.can_be_submitted else Stage.BEGUN

    @property
    def may_stay(self) -> bool:
        """Tell whether "no change" is all it takes."""
        return self.stage is Stage.UNTOUCHED and bool(self.form.facts.last) and self.reading.can_be_submitted

    def holding(self, typed: Mapping[str, str]) -> "Card":
        """The card with what was typed but not kept."""
        shown = {**self.typed, **typed}
        return replace(self, typed=shown, reading=read_report(self.form.fields, shown, self.form.facts))

    @property
    def main(self) -> list[Field]:
        """The fields that every report fills in."""
        return [one for one in self.form.fields if one.needed]

    @property
    def more(self) -> list[Field]:
        """The other fields of the unit itself."""
        return [one for one in self.form.fields if not one.needed and one.measure_id is None]

    @property
    def measures(self) -> list[tuple[MeasureFacts, list[Field]]]:
        """The measures of the plan in force, each with its fields."""
        return [
            (measure, [one for one in self.form.fields if one.measure_id == measure.id])
            for measure in self.form.facts.measures
        ]

    def last(self, field: Field) -> str:
        """What was reported last time, as it was typed."""
        return typed_text(self.form.facts.last.get(field.name))

    @property
    def missing(self) -> list[Field]:
        """The fields at which something must be put right."""
        wrong = {one.name for one in self.reading.problems if one.level is Level.ERROR}
        return [one for one in self.form.fields if one.name in wrong]

    def problems(self, field: Field) -> list[Problem]:
        """What the checks say of a field; of one that nobody touched yet only what stands in it."""
        found = self.reading.problems_of(field.name)
        if self.stage is Stage.UNTOUCHED:
            return [one for one in found if self.typed.get(field.name)]
        return found


@dataclass(frozen=True)
class FillPage:
    """A round as one region fills it in."""

    round: Round
    cards: Sequence[Card]
    is_open: bool

    def count(self, *stages: Stage) -> int:
        """Count the units at these stages."""
        return sum(card.stage in stages for card in self.cards)

    @property
    def in_hand(self) -> int:
        """Units with which the city is not done."""
        return len(self.cards) - self.count(Stage.GIVEN)

    @property
    def ready(self) -> int:
        """Units that can be submitted as they stand."""
        return self.count(Stage.DONE)

    @property
    def staying(self) -> int:
        """Units of which "no change" can be said."""
        return sum(card.may_stay for card in self.cards)

    @property
    def submitted(self) -> int:
        """Units that can still be taken back."""
        return sum(card.report.state is ReportState.SUBMITTED for card in self.cards)

    @property
    def version(self) -> int:
        """One version for all of them: it only grows, and stays only while none changes."""
        return sum(card.report.version for card in self.cards)


def waits_for_change(report: Report) -> bool:
    """Tell whether a report was sent back with a reason and nothing was typed into it since."""
    if report.state is not ReportState.RETURNED or not report.return_reason or report.reviewed_at is None:
        return False
    return report.saved_at is None or report.saved_at <= report.reviewed_at


def cards_of(reports: Sequence[Report], *, today: date) -> list[Card]:
    """Return what is shown of each report, what was sent back first."""
    forms, files = forms_of(reports, today=today), _files(reports)
    cards = []
    for report in sorted(reports, key=lambda one: one.state is not ReportState.RETURNED):
        form = forms[report.id]
        typed = dict(report.typed) if report.typed else prefilled(form.fields, form.facts)
        cards.append(Card(report, form, typed, read_report(form.fields, typed, form.facts), files[report.id]))
    return cards


def fill_page(round_: Round, reader: Account, *, now: datetime, today: date) -> FillPage:
    """Return a round as its reader's region fills it in."""
    is_open = round_.state is RoundState.OPEN and now < round_.due_at
    return FillPage(round_, cards_of(reports_of(round_, reader), today=today), is_open)


def _files(reports: Iterable[Report]) -> dict[int, list[ReportFile]]:
    found: dict[int, list[ReportFile]] = defaultdict(list)
    for part in in_parts([report.id for report in reports]):
        stmt = sa.select(ReportFile).options(joinedload(ReportFile.file, innerjoin=True))
        for row in db.session.scalars(stmt.where(ReportFile.report_id.in_(part)).order_by(ReportFile.id)):
            found[row.report_id].append(row)
    return found
