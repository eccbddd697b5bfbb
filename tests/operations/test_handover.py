"""Handing over what a person has open."""

from datetime import date

import pytest
import sqlalchemy as sa
from support.cast import NOW

from casework.cases.models import Case, CaseEvent
from casework.db import db
from casework.registry.models import Cycle, Enterprise
from casework.rules.states import Outcome, State, Step
from casework.users.queries import account_by_name, region_by_code


@pytest.fixture
def two_cases(app):
    """An open and a closed case of alice."""
    with app.app_context():
        alice, city = account_by_name("alice"), region_by_code("640200")
        cycle = Cycle(label="2021-2022", name="第二个履约周期", deadline=NOW)
        units = [Enterprise(code=f"91640000MA7WYY5M{n}X", name=f"企业{n}", region_id=city.id) for n in (1, 2)]
        db.session.add_all([cycle, *units])
        db.session.flush()
        for unit, state in zip(units, (State.ASSISTING, State.CLOSED), strict=True):
            db.session.add(
                Case(
                    enterprise_id=unit.id, cycle_id=cycle.id, region_id=city.id, state=state, officer_id=alice.id,
                    outcome=Outcome.LATE if state is State.CLOSED else None, working_deadline=date(2026, 12, 1),
                    listed_at=NOW, listed_by_id=alice.id,
                )
            )  # fmt: skip
        db.session.commit()
        ids = alice.id, account_by_name("amir").id
        db.session.remove()
    return ids


def test_open_cases_go_to_another_officer_and_their_history_says_so(app, client, two_cases):
    alice, amir = two_cases
    place = f"/accounts/{alice}/hand-over"
    page = client.sign_in("adam").fill(place, {"taker_id": str(amir), "reason": "岗位调动"})
    assert "1件案件" in page.text
    with app.app_context():
        owners = dict(db.session.execute(sa.select(Case.state, Case.officer_id)).all())
        assert owners == {State.ASSISTING: amir, State.CLOSED: alice}
        event = db.session.scalars(sa.select(CaseEvent)).one()
        assert (event.step, event.details, event.reason) == (Step.ASSIGN, {"officer": ["安丽", "艾米尔"]}, "岗位调动")
    assert "没有未办事项" in client.get(place).text


def test_only_an_officer_takes_over(app, client, two_cases):
    with app.app_context():
        bob = account_by_name("bob").id
    page = client.sign_in("adam").fill(
        f"/accounts/{two_cases[0]}/hand-over", {"taker_id": str(bob), "reason": "岗位调动"}
    )
    assert page.status_code == 422
