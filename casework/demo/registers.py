"""The registers of the demonstration: the sample tables as two past cycles, and a live cycle made from them."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from casework.db import db
from casework.registry.actions.cycles import CycleFacts, MilestoneFacts, enter_cycle
from casework.registry.actions.imports import receive, take_over
from casework.registry.actions.obligations import Quantities, add_surrender, enter_obligation
from casework.registry.actions.prices import take_over_prices
from casework.registry.checks import check_surrenders, check_trades, open_table
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Obligation
from casework.registry.tables.words import Kind
from casework.rules.deadlines import SHANGHAI, is_weekend, last_day
from casework.rules.prices import PriceDay
from casework.users.models import Account

SAMPLES = Path(__file__).parent
FIRST = CycleFacts(
    label="2019-2020", name="第一个履约周期", last_day=date(2021, 12, 31), hour=time(17), years=("2019-2020",)
)
SECOND = CycleFacts(
    label="2021-2022",
    name="第二个履约周期",
    last_day=date(2023, 12, 31),
    years=("2021", "2022"),
    milestones=(MilestoneFacts(date(2023, 11, 15), 9500, "95%的重点排放单位完成清缴"),),
)


def office_hours(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of a working day in Ningxia."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def past_cycles(*, by: Account) -> tuple[Cycle, Cycle]:
    """Enter the first two cycles and take the sample tables over, each on the day after its deadline."""
    first = enter_cycle(FIRST, by=by, now=office_hours(date(2021, 3, 1)))
    _import(Kind.SURRENDER, "surrender-2019-2020.xlsx", first.years[0], on=date(2022, 1, 4), by=by)
    return first, enter_cycle(SECOND, by=by, now=office_hours(date(2023, 3, 1)))


def second_cycles_tables(second: Cycle, *, by: Account) -> None:
    """Take over the tables of the second cycle."""
    for year in second.years:
        _import(Kind.SURRENDER, f"surrender-{year.label}.xlsx", year, on=date(2024, 1, 3), by=by)
    _import(Kind.TRADES, "trades-2021-2022.xlsx", second, on=date(2024, 1, 3), by=by)


def _import(kind: Kind, name: str, into: ComplianceYear | Cycle, *, on: date, by: Account) -> None:
    data = (SAMPLES / name).read_bytes()
    table = open_table(kind, data, name)
    now = office_hours(on)
    if isinstance(into, Cycle):
        batch = receive(kind, data, name, cycle=into, by=by, now=now)
        check = check_trades(table, into, reader=None, today=on)
    else:
        batch = receive(kind, data, name, year=into, by=by, now=now)
        check = check_surrenders(table, into, reader=None, today=on)
    take_over(batch, check, by=by, now=now)


def cycle_ending(year: int, *, by: Account) -> Cycle:
    """Enter the cycle that ends on 31 December of a year, with its milestone."""
    label = str(year - 1)
    facts = CycleFacts(
        label=label,
        name=f"{label}年度履约周期",
        last_day=date(year, 12, 31),
        years=(label,),
        milestones=(
            MilestoneFacts(date(year, 10, 31), 5000, "半数重点排放单位完成清缴"),
            MilestoneFacts(date(year, 11, 30), 9500, "95%的重点排放单位完成清缴"),
        ),
    )
    return enter_cycle(facts, by=by, now=office_hours(date(year, 3, 2)))


def market_prices(today: date, *, by: Account) -> None:
    """Take over invented prices of the market for the thirteen months up to yesterday, from Monday to Friday."""
    days = (today - timedelta(days=back) for back in range(1, 396))
    table = {day: _price(day) for day in days if not is_weekend(day)}
    take_over_prices(table, by=by, now=office_hours(today, 9), today=today)


def _price(day: date) -> PriceDay:
    """Invent a day that moves around 62 yuan with a slow wave and a small one."""
    count = day.toordinal()
    close = Decimal(6200 + 7 * abs(count % 180 - 90) + 11 * (count % 13) - 350) / 100
    tonnes = 400_000 + 9_700 * (count % 41)
    return PriceDay(day, close, tonnes, close * tonnes)


def all_units() -> list[Enterprise]:
    """Return the enterprises in the order of the sample tables."""
    return sorted(db.session.scalars(sa.select(Enterprise)), key=lambda unit: unit.code[8:])  # the running number


def owe(cycle: Cycle, units: list[Enterprise], *, by: Account) -> dict[int, Obligation]:
    """Enter what each unit owes in a cycle of one year; by place in the register."""
    entered = office_hours(date(last_day(cycle.deadline).year, 9, 1))
    return {
        place: enter_obligation(unit, cycle.years[0], _quantities(place, unit), by=by, now=entered)
        for place, unit in enumerate(units)
    }


def surrendered(obligation: Obligation, percent: int, day: date, *, by: Account) -> None:
    """Record that a share of what is due was surrendered on a day."""
    tonnes = obligation.due * percent // 100
    add_surrender(obligation, day, tonnes, reason="", by=by, now=office_hours(day, 16))


def _quantities(place: int, unit: Enterprise) -> Quantities:
    latest = sa.select(Obligation).where(Obligation.enterprise_id == unit.id).order_by(Obligation.year_id.desc())
    before = db.session.scalars(latest.limit(1)).one()
    verified = before.verified * (97 + place % 7) // 100
    gap = verified * (1 + place % 9) // 100
    return Quantities(verified=verified, allocation=verified - gap, due=verified)
