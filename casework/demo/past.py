"""What happened in past cycles: six units fined after the first, two of Shizuishan after the second, one referred."""

from collections.abc import Generator, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from casework.cases.models import Case, VisitKind
from casework.db import db
from casework.demo.registers import office_hours
from casework.demo.stage import Stage, Story
from casework.letters.models import Letter
from casework.registry.models import ComplianceYear, Cycle, Obligation
from casework.rules.causes import Cause
from casework.rules.letters import LetterKind
from casework.rules.penalties import PenaltyRecord
from casework.rules.workflow import Ending, Step

CAUSES = (Cause.FINANCIAL, Cause.LAWSUIT_DEBT, Cause.ACCOUNT, Cause.UNWILLING, Cause.FROZEN, Cause.DATA_DISPUTE)


def short_places(stage: Stage, year: str) -> list[int]:
    """Return the places of the units that are short in a year, in the order of the register."""
    stmt = (
        sa.select(Obligation.enterprise_id)
        .join(ComplianceYear, ComplianceYear.id == Obligation.year_id)
        .where(ComplianceYear.label == year, Obligation.short > 0)
    )
    short = set(db.session.scalars(stmt))
    return [place for place, unit in enumerate(stage.units) if unit.id in short]


def after_first_cycle(stage: Stage, first: Cycle) -> Iterator[Story]:
    """Yield the stories of the six units that were fined 168,000 yuan in all."""
    for turn, place in enumerate(short_places(stage, "2019-2020")):
        yield _fined(stage, first, place, turn)


def _fined(stage: Stage, first: Cycle, place: int, turn: int) -> Story:
    yield office_hours(date(2022, 1, 5), 9, turn)
    case = stage.list_case(place, first, {CAUSES[turn % 6]}, date(2022, 6, 30), "第一个履约周期未按时足额清缴")
    yield office_hours(date(2022, 1, 12), 10, turn)
    stage.step(case, Step.START_ASSISTANCE, "officer")
    stage.visit(case, VisitKind.ASSISTANCE, "企业资金紧张，未能在截止日前购足配额，承诺尽快整改。")
    yield office_hours(date(2022, 1, 20), 15, turn)
    stage.step(case, Step.REFER, "leader", reason="清缴截止日已过，仍有缺口，移送所在地生态环境局依法处理。")
    yield office_hours(date(2022, 4, 20), 11, turn)
    record = PenaltyRecord(
        order_day=date(2022, 2, 15),
        decision_number=f"环罚〔2022〕{turn + 11}号",
        decision_day=date(2022, 4, 18),
        amount=Decimal(28_000),
        allocation_cut=case.short,
    )
    penalty = stage.penalise(case, record)
    yield office_hours(date(2022, 4, 25), 16, turn)
    stage.accept(case, penalty)
    yield office_hours(date(2022, 7, 8), 9, turn)
    stage.conclude(case, Ending.ALLOCATION_CUT, "罚款已缴纳，等量核减下一年度配额。")


def in_second_cycle(stage: Stage, second: Cycle) -> Story:
    """Tell of the two units of Shizuishan: both letters, then the penalty."""
    yield office_hours(date(2023, 10, 16), 9)
    cases = [
        stage.list_case(place, second, {Cause.UNWILLING}, date(2023, 12, 29), "履约意愿不强、态度不明")
        for place in short_places(stage, "2021")
    ]
    yield office_hours(date(2023, 10, 20), 10)
    for case in cases:
        stage.step(case, Step.START_ASSISTANCE, "officer")
        stage.visit(case, VisitKind.ASSISTANCE, "现场讲解清缴要求，企业负责人未明确履约时间。")
    letters = yield from _both_letters(stage, cases)
    yield office_hours(date(2023, 12, 18), 10)
    for case in cases:
        stage.visit(case, VisitKind.SUPERVISION, "厅领导带队现场督导，企业承诺筹措资金。")
    for letter, day in zip(letters, (20, 22), strict=True):
        yield office_hours(date(2023, 12, day), 17)
        stage.answer(letter, "shizuishan", "我市已约谈企业，企业仍未落实资金，将依法处理。")
        for case in cases:
            stage.judge(letter, case, accepted=False, reason="未明确清缴时间")
    yield office_hours(date(2024, 1, 4), 9)
    for case in cases:
        stage.step(case, Step.REFER, "leader", reason="清缴截止日已过，仍有缺口，移送石嘴山市生态环境局依法处理。")
    yield office_hours(date(2024, 3, 28), 11)
    for turn, case in enumerate(cases):
        record = PenaltyRecord(
            order_day=date(2024, 1, 22),
            decision_number=f"石环罚〔2024〕{turn + 5}号",
            decision_day=date(2024, 3, 26),
            amount=Decimal(30_000),
            allocation_cut=case.short,
        )
        stage.accept(case, stage.penalise(case, record))
    yield office_hours(date(2024, 5, 15), 9)
    for case in cases:
        stage.conclude(case, Ending.ALLOCATION_CUT, "罚款已缴纳，等量核减下一年度配额。")


def _both_letters(stage: Stage, cases: list[Case]) -> Generator[datetime, None, list[Letter]]:
    """Tell how the work supervision letter and then the supervision letter went out; return them."""
    letters = []
    for kind, month, day in ((LetterKind.WORK_SUPERVISION, 11, 1), (LetterKind.SUPERVISION, 12, 11)):
        yield office_hours(date(2023, month, day), 10)
        letter = stage.draft(kind, *cases)
        letters.append(letter)
        stage.submit(letter)
        yield office_hours(date(2023, month, day), 15)
        stage.pass_on(letter)
        yield office_hours(date(2023, month, day + 1), 10)
        stage.sign(letter)
        yield office_hours(date(2023, month, day + 1), 16)
        stage.register(letter)
        stage.send(letter)
        yield office_hours(date(2023, month, day + 2), 9)
        stage.receive(letter, "shizuishan")
    return letters


def left_from_last_cycle(stage: Stage, last: Cycle, place: int, today: date) -> Story:
    """Tell of a unit that the last cycle left short: referred, its penalty record waits to be accepted."""
    yield office_hours(today.replace(month=1, day=6), 9)
    case = stage.list_case(place, last, {Cause.FINANCIAL, Cause.LAWSUIT_DEBT}, today + timedelta(days=9), "上周期欠缴")
    yield office_hours(today.replace(month=1, day=8), 10)
    stage.step(case, Step.REFER, "leader2", reason="清缴截止日已过，仍有缺口，移送所在地生态环境局依法处理。")
    yield office_hours(today - timedelta(days=3), 11)
    record = PenaltyRecord(
        order_day=today - timedelta(days=40),
        decision_number=f"吴环罚〔{today.year}〕9号",
        decision_day=today - timedelta(days=5),
        amount=Decimal("1250000.00"),
    )
    stage.penalise(case, record)
