"""Imports as the command takes them over, of tables made on the spot; the caller commits."""

from datetime import timedelta
from io import BytesIO

from openpyxl import Workbook

from casework.cases.models import PlanState
from casework.registry.actions.imports import receive, take_over
from casework.registry.checks import check_surrenders, check_trades, open_table
from casework.registry.queries import cycle_by_label, year_by_label
from casework.registry.tables.words import Kind
from casework.rules.workflow import State
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise, an_obligation
from support.cast import NOW
from support.hanging import BUY, a_plan

LATER = NOW + timedelta(hours=1)
CODES = ("91640200MA700011XM", "91640100MA700001XT")  # a credit code has a check character


def a_workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def surrender_table(*rows, remark=""):
    """A table of the whole year: each row is enterprise, due, surrendered, last day."""
    heads = ("单位名称", "统一社会信用代码", "应清缴量（吨）", "已清缴量（吨）", "最后清缴日期", "备注")
    return a_workbook(heads, *((unit.name, unit.code, due, done, day, remark) for unit, due, done, day in rows))


def import_surrenders(*rows, now=LATER, year="2025", remark=""):
    """Take a table of surrenders over; return the import."""
    data, year = surrender_table(*rows, remark=remark), year_by_label(year)
    check = check_surrenders(open_table(Kind.SURRENDER, data, "清缴.xlsx"), year, reader=None, today=TODAY)
    batch = receive(Kind.SURRENDER, data, "清缴.xlsx", year=year, by=account("alice"), now=now)
    take_over(batch, check, by=account("alice"), now=now)
    return batch


def import_trades(*rows, now=LATER, cycle="2025"):
    """Take a table of purchases over, each row enterprise, day, tonnes; return the import."""
    heads = ("日期", "单位名称", "统一社会信用代码", "方向", "成交量（吨）", "成交额（元）")
    data = a_workbook(heads, *((day, one.name, one.code, "买入", tonnes, tonnes * 70) for one, day, tonnes in rows))
    found = cycle_by_label(cycle)
    check = check_trades(open_table(Kind.TRADES, data, "交易.xlsx"), found, reader=None, today=TODAY)
    batch = receive(Kind.TRADES, data, "交易.xlsx", cycle=found, by=account("alice"), now=now)
    take_over(batch, check, by=account("alice"), now=now)
    return batch


def a_planned_case(state=State.ASSISTING, *, measures=(BUY,), code=CODES[0], short=1_000, officer="alice"):
    """A case of 10,000 t due with an approved plan; return it with its plan."""
    unit = an_enterprise(code=code)
    an_obligation(unit, cycle=a_cycle(), due=10_000, surrendered=10_000 - short)
    case = a_case(state, enterprise=unit, officer=officer)
    return case, a_plan(case, state=PlanState.APPROVED, measures=measures)
