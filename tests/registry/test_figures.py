"""The registers give the figures that were published, and SQL counts as the rules do."""

import random
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from registry.conftest import TESTER
from support.cast import NOW

from casework.db import db
from casework.registry.actions.obligations import add_surrender
from casework.registry.figures import completion_by_region, completion_by_year, trades_by_cycle
from casework.registry.models import Enterprise, Obligation, Surrender
from casework.registry.queries import cycle_by_label
from casework.rules.compliance import Surrendered, completion, completion_figures
from casework.users.queries import account_by_name

pytestmark = pytest.mark.usefixtures("session")


def test_the_sample_tables_give_the_published_rates(samples):
    rates = {row.year: str(row.figures.rate_by_units) for row in completion_by_year(None)}
    assert rates == {"2019-2020": "82.86", "2021": "94.74", "2022": "100.00"}


def test_the_two_units_short_in_2021_are_in_shizuishan(samples):
    year = next(row for row in completion_by_year(None) if row.year == "2021")
    regions = completion_by_region(None, cycle_id=year.cycle_id, year_id=year.year_id)
    assert [row.region for row in regions if row.figures.units_not_completed] == ["石嘴山市"]
    assert sum(row.figures.units_due for row in regions) == 38


def test_the_trades_give_the_published_price(samples):
    (trades,) = trades_by_cycle(None)
    assert (trades.enterprises, trades.tonnes) == (29, 11_290_000)
    assert (trades.yuan, trades.yuan_per_tonne) == (Decimal("764000000.00"), Decimal("67.67"))


def test_a_city_officer_counts_the_own_region_only(samples):
    dora = account_by_name("dora")
    regions = completion_by_region(dora, cycle_id=cycle_by_label("2021-2022").id)
    assert [row.region for row in regions] == ["石嘴山市"]
    assert sum(row.figures.units_due for row in completion_by_year(dora)) < 38
    assert trades_by_cycle(dora)[0].enterprises < 29


def test_sql_and_rules_count_alike(samples):
    chance = random.Random(1)
    obligations = list(db.session.scalars(sa.select(Obligation)))
    for obligation in chance.sample(obligations, 60):
        day = chance.choice([date(2021, 12, 31), date(2022, 1, 1), date(2023, 12, 31), date(2024, 1, 1)])
        tonnes = chance.choice([1, obligation.short or 5, -1, -obligation.surrendered])
        if obligation.surrendered + tonnes >= 0 and tonnes:
            add_surrender(obligation, day, tonnes, reason="试验", by=TESTER, now=NOW)
    db.session.flush()
    for row in completion_by_year(None):
        cycle_rows = [o for o in obligations if o.year_id == row.year_id]
        told = []
        for obligation in cycle_rows:
            rows = db.session.scalars(sa.select(Surrender).where(Surrender.obligation_id == obligation.id))
            made = [Surrendered(one.day, one.tonnes) for one in rows]
            result = completion(made, obligation.due, obligation.year.cycle.deadline)
            told.append((obligation.due, obligation.surrendered, result))
        assert row.figures == completion_figures(told)


def test_the_derived_columns_follow_from_the_rows(samples):
    for obligation in db.session.scalars(sa.select(Obligation)):
        rows = list(db.session.scalars(sa.select(Surrender).where(Surrender.obligation_id == obligation.id)))
        assert obligation.surrendered == sum(row.tonnes for row in rows)
        assert obligation.short == max(obligation.due - obligation.surrendered, 0)
        assert obligation.last_surrender_day == max((row.day for row in rows), default=None)
    assert db.session.scalar(sa.select(sa.func.count(Enterprise.id))) == 38
