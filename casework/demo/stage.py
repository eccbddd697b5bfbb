"""The stage on which the demonstration plays: who is there, what day it is, the deeds its stories share."""

import heapq
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from casework.audit.actions import commit
from casework.cases.actions.applications import record_application
from casework.cases.actions.letter_drafts import draft_for_cases
from casework.cases.actions.letters import judge_reply, register_letter, sign_letter, take_reply
from casework.cases.actions.listing import list_unit
from casework.cases.actions.penalties import accept_penalty, record_penalty
from casework.cases.actions.plans import decide_plan, draft_plan, submit_plan
from casework.cases.actions.steps import take_step
from casework.cases.actions.visits import record_visit
from casework.cases.models import Case, Penalty, Plan, VisitKind
from casework.letters.actions.freeze import Draw
from casework.letters.actions.recipients import acknowledge, dispatch
from casework.letters.actions.way import pass_review, submit
from casework.letters.models import Letter
from casework.letters.printing import Render
from casework.registry.models import Cycle, Enterprise
from casework.rules.causes import Cause
from casework.rules.deadlines import WorkingCalendar, day_of
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.measures import MeasureKind
from casework.rules.penalties import PenaltyRecord
from casework.rules.workflow import Ending, Step
from casework.users.models import Account

Story = Generator[datetime, None, None]


def play(stories: Iterable[Story], stage: "Stage") -> None:
    """Play all stories at once, each deed at its moment, earliest first; each is committed by itself."""
    order: Iterator[int] = count()
    waiting: list[tuple[datetime, int, Story]] = []
    for story in stories:
        _go_on(waiting, story, order)
    while waiting:
        moment, _, story = heapq.heappop(waiting)
        stage.now = moment
        _go_on(waiting, story, order)
        commit()


def _go_on(waiting: list[tuple[datetime, int, Story]], story: Story, order: Iterator[int]) -> None:
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, next(order), story))


@dataclass
class Stage:
    """People, units and the moment at hand; every deed is done by somebody now."""

    people: dict[str, Account]
    calendar: WorkingCalendar
    render: Render
    now: datetime
    units: list[Enterprise] = field(default_factory=list)
    draw: Draw = field(default_factory=lambda: Random(2026).randbytes)  # noqa: S311  the same demonstration each time

    @property
    def today(self) -> date:
        """Day of the moment at hand."""
        return day_of(self.now)

    def doing(self, who: str) -> dict[str, Any]:
        """Return who acts and when, as actions want it."""
        return {"by": self.people[who], "now": self.now, "today": self.today}

    def noting(self, who: str) -> dict[str, Any]:
        """Return who acts and at which moment, for actions that do not count days."""
        return {"by": self.people[who], "now": self.now}

    def city_officer_of(self, case: Case) -> str:
        """Return the user name of the officer of the case's region."""
        for username, account in self.people.items():
            if account.region_id == case.region_id and account.region.parent_id is not None:
                return username
        raise LookupError(case.region.name)

    def list_case(
        self, place: int, cycle: Cycle, causes: set[Cause], deadline: date, reason: str, officer: str | None = "officer"
    ) -> Case:
        """Put a unit on the problem list."""
        return list_unit(
            self.units[place],
            cycle,
            causes=causes,
            reason=reason,
            officer=self.people[officer] if officer else None,
            working_deadline=deadline,
            **self.doing("officer"),
        )

    def step(self, case: Case, step: Step, who: str, **asked: Any) -> None:
        """Take a step that needs no form of its own."""
        take_step(case, step, **self.doing(who), **asked)

    def visit(self, case: Case, kind: VisitKind, findings: str, *promises: tuple[str, date]) -> None:
        """Record a visit of today by two of the department."""
        people = [("马承办", ""), ("李承办", "")]
        record_visit(
            case,
            kind=kind,
            day=self.today,
            officers=people,
            findings=findings,
            follow_ups=promises,
            uploads=(),
            **self.doing("officer"),
        )

    def plan(self, case: Case, summary: str, share_bought: int, due: date) -> Plan:
        """Write and submit a relief plan that buys a share (in percent) and fills the rest by financing and a gift."""
        bought = case.short * share_bought // 100
        unit = case.enterprise.name
        measures: list[dict[str, Any]] = [
            {"kind": MeasureKind.BUY, "tonnes": bought, "amount": Decimal(bought) * 72, "responsible": unit},
            {"kind": MeasureKind.CCER, "tonnes": case.short - bought, "amount": None, "responsible": unit},
            {"kind": MeasureKind.FINANCING, "tonnes": 0, "amount": Decimal(20_000_000), "responsible": "厅气候处"},
        ]
        plan = draft_plan(
            case, summary=summary, measures=[{**row, "due_day": due} for row in measures], **self.noting("officer")
        )
        submit_plan(case, plan, **self.noting("officer"))
        return plan

    def approve(self, case: Case, plan: Plan) -> None:
        """Let a leader approve a plan."""
        decide_plan(case, plan, approved=True, reason="", **self.noting("leader2"))

    def apply(self, case: Case, sent_to: str, asks: str, answer_due: date) -> None:
        """Send an application for national policy support."""
        record_application(
            case, sent_to=sent_to, sent_day=self.today, asks=asks, answer_due=answer_due, uploads=(),
            **self.doing("officer"),
        )  # fmt: skip

    def draft(self, kind: LetterKind, *cases: Case) -> Letter:
        """Draft a letter to the government of the cases' region."""
        return draft_for_cases(
            cases, kind, addressee_kind=AddresseeKind.GOVERNMENT, calendar=self.calendar, **self.doing("officer")
        )

    def submit(self, letter: Letter) -> None:
        """Send a draft to review."""
        submit(letter, render=self.render, calendar=self.calendar, **self.doing("officer"))

    def pass_on(self, letter: Letter) -> None:
        """Let the reviewer pass the letter to the signer."""
        pass_review(letter, **self.noting("reviewer"))

    def sign(self, letter: Letter) -> None:
        """Let a leader sign."""
        sign_letter(letter.id, letter.version, calendar=self.calendar, **self.doing("leader"))

    def register(self, letter: Letter) -> None:
        """Number and freeze the letter; its cases move."""
        register_letter(letter.id, letter.version, render=self.render, draw=self.draw, **self.doing("officer"))

    def send(self, letter: Letter) -> None:
        """Dispatch the letter to everybody it is for."""
        for recipient in letter.recipients:
            dispatch(recipient, day=self.today, way="system", **self.doing("officer"))

    def receive(self, letter: Letter, who: str) -> None:
        """Let the region's officer acknowledge the letter."""
        for recipient in letter.recipients:
            acknowledge(recipient, **self.doing(who))

    def answer(self, letter: Letter, who: str, text: str) -> None:
        """Let the region's officer reply."""
        for recipient in letter.recipients:
            take_reply(letter.id, recipient.id, day=self.today, text=text, **self.doing(who))

    def judge(self, letter: Letter, case: Case, *, accepted: bool, reason: str = "") -> None:
        """Judge the reply for a case."""
        for recipient in letter.recipients:
            judge_reply(recipient, case.id, accepted=accepted, reason=reason, **self.noting("officer"))

    def penalise(self, case: Case, record: PenaltyRecord) -> Penalty:
        """Let the region's officer enter a penalty."""
        return record_penalty(case, record, (), **self.doing(self.city_officer_of(case)))

    def accept(self, case: Case, penalty: Penalty) -> None:
        """Let the department accept the penalty record."""
        accept_penalty(case, penalty, **self.doing("officer"))

    def conclude(self, case: Case, ending: Ending, reason: str) -> None:
        """Let a leader conclude a referred case."""
        self.step(case, Step.CONCLUDE, "leader", ending=ending, reason=reason)
