"""Reporting rounds of the demonstration: two that are frozen and one that is being reported, in several states."""

from datetime import date, datetime, timedelta
from typing import Any

from casework.demo.live import SUPERVISED
from casework.demo.registers import office_hours
from casework.demo.stage import Stage, Story
from casework.registry.models import Cycle
from casework.rounds.actions.deciding import accept_proposal
from casework.rounds.actions.freezing import correct_report, freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE, RoundFacts, open_round
from casework.rounds.actions.reporting import mark_all_unchanged, save_report, submit_reports
from casework.rounds.actions.reviewing import accept_report, return_report
from casework.rounds.actions.schedules import set_up_schedule
from casework.rounds.models import ProposalState, Report, Round
from casework.rounds.queries.facts import forms_of
from casework.rounds.queries.proposals import proposals_of
from casework.rounds.queries.rounds import reports_of
from casework.rounds.units import EVERY_OPEN_CASE
from casework.rules.deadlines import last_day
from casework.rules.rounds import WITH_CITY, ReportState, Rhythm, due_moment
from casework.users.models import Account

NOTE = "请各地市生态环境局于截止时间前逐家核实填报，“无变化”的单位也须确认。"
LATE, SLOW = "640200", "640300"  # the region that hands the first round in late, and the one that has not begun
TROUBLES = (
    "流动资金紧张，正与银行协商授信。",
    "配额账户被司法冻结，已向法院申请解冻部分配额。",
    "企业对核查结果有异议。",
)
WISHES = ("请协调金融机构给予支持。", "", "请厅里协调复核。")


class Reporting:
    """The rounds of the live cycle on a day."""

    def __init__(self, stage: Stage, cycle: Cycle, today: date) -> None:
        self.stage, self.cycle, self.today = stage, cycle, today

    def ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.today - timedelta(days=days)

    def story(self) -> Story:
        """Tell of the three rounds, and of the schedule that goes on with them."""
        first = yield from self.held(18, turn=1, late=LATE)
        yield office_hours(self.ago(13), 11)
        for report in self.reports(first, LATE):
            correct_report(report, self.typed(report, 1), "专员出差，现补报。", **self.doing(report))
        yield from self.held(11, turn=2)
        yield office_hours(self.ago(2), 9)
        third = self.open(9, self.ago(2), due_moment(office_hours(self.today), 2, self.stage.calendar))
        first_day = self.today + timedelta(days=7)
        values = {
            "rhythm": Rhythm.DENSER, "first_day": first_day, "working_days": 3, "note": NOTE,
            "last_day": max(last_day(self.cycle.deadline), first_day),
        }  # fmt: skip
        set_up_schedule(
            self.cycle, values, EVERY_OPEN_CASE, calendar=self.stage.calendar, **self.stage.noting("officer")
        )
        yield office_hours(self.ago(1), 15)
        self.report_third(third)

    def held(self, opened: int, *, turn: int, late: str = "") -> Any:
        """Tell how a round was opened so many days ago, reported, reviewed and frozen four days later; return it."""
        yield office_hours(self.ago(opened), 9)
        round_ = self.open(7, self.ago(opened), office_hours(self.ago(opened - 4), 17))
        yield office_hours(self.ago(opened - 2), 15)
        for report in self.reports(round_):
            if report.region.code != late:
                self.give(report, turn)
        yield office_hours(self.ago(opened - 4), 10)
        for report in self.reports(round_):
            if report.state is ReportState.SUBMITTED:
                accept_report(report, **self.stage.noting("officer"))
                self.take_over(report)
        yield office_hours(self.ago(opened - 4), 17)
        freeze_round(round_.id, by=BY_SCHEDULE, now=self.stage.now)
        return round_

    def open(self, days: int, opened: date, due: datetime) -> Round:
        """Open a round over the days before."""
        facts = RoundFacts(
            period_first=opened - timedelta(days=days), period_last=opened - timedelta(days=1), due_at=due, note=NOTE
        )
        return open_round(self.cycle, facts, **self.stage.noting("officer"))

    def reports(self, round_: Round, region: str = "") -> list[Report]:
        """Return the reports of a round, or of one region in it."""
        found = reports_of(round_, self.stage.people["officer"])
        return [report for report in found if not region or report.region.code == region]

    def report_third(self, round_: Round) -> None:
        """Let most cities report: some units without a change, one of them sent back, one that stands worse."""
        reports = [report for report in self.reports(round_) if report.region.code != SLOW]
        half = {report.region_id for report in reports[-2:]}
        for report in reports:
            if report.region_id in half:
                continue
            same = mark_all_unchanged([report], **self.doing(report)).done if report.case_id % 3 else ()
            if same:
                submit_reports([report], **self.doing(report))
            else:
                self.give(report, 3)
        given = [report for report in self.reports(round_) if report.state is ReportState.SUBMITTED]
        for report in given[:2]:
            accept_report(report, **self.stage.noting("officer"))
        for report in given[2:3]:
            return_report(report, "请补充资金落实证明，并核实预计完成日期。", **self.stage.noting("officer"))
        for report in reports:
            if report.region_id in half and report.state in WITH_CITY:
                save_report(report, {"held": "0", "account": "usable"}, **self.doing(report))
                break

    def give(self, report: Report, turn: int) -> None:
        """Let the city's officer fill in a report and hand it in."""
        save_report(report, self.typed(report, turn), **self.doing(report))
        submit_reports([report], **self.doing(report))

    def typed(self, report: Report, turn: int) -> dict[str, str]:
        """Return what the city's officer types: more held each time, a risk by the unit, worse for one of them."""
        facts = forms_of([report], today=self.stage.today)[report.id].facts
        short = max(facts.due - facts.surrendered, 0)
        lost = report.case.enterprise_id == self.stage.units[SUPERVISED].id
        new = short // 10 if turn == 2 and report.case_id % 4 == 0 else 0  # more than the register knows
        held = 0 if lost else (short - new) * (turn - 1) * 15 // 100
        worse = turn == 3 and report.case_id % 5 == 1
        risk = 2 if worse or lost else report.case_id % 3
        early = -20 if lost else 2 if worse else 11
        trouble = report.case_id % len(TROUBLES)
        return {
            "surrendered": str(facts.surrendered + new),
            "held": str(held),
            "bought": str(facts.bought + held),
            "to_buy": str(short - new - held),
            "money": str(0 if lost else (short - new - held) * 72 // 2),
            "account": "hindered" if trouble == 1 else "usable",
            "difficulties": TROUBLES[trouble] if risk else "",
            "help": WISHES[trouble] if risk else "",
            "expected_day": str(max(last_day(self.cycle.deadline) - timedelta(days=early), self.stage.today)),
            "risk": ("low", "middle", "high")[risk],
        }

    def take_over(self, report: Report) -> None:
        """Let the officer take over every second proposal; the others wait."""
        for proposal in proposals_of(report):
            if proposal.state is ProposalState.OPEN and proposal.case_id % 8 == 0:
                accept_proposal(proposal, **self.stage.doing("officer"))

    def doing(self, report: Report) -> dict[str, Any]:
        """Return the officer of the report's city and the moment, as actions want it."""
        return {"by": self.city_officer(report), "now": self.stage.now, "today": self.stage.today}

    def city_officer(self, report: Report) -> Account:
        """Return the account that reports for this region."""
        for account in self.stage.people.values():
            if account.region_id == report.region_id and account.region.parent_id is not None:
                return account
        raise LookupError(report.region.name)
