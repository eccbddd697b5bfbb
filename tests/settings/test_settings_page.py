"""The administrator's page of settings."""

import pytest
import sqlalchemy as sa
from support.pages import hidden_values

from casework.audit.models import AuditRow
from casework.db import db
from casework.settings.declared import DECLARED
from casework.settings.queries import all_settings, setting


def defaults(**changes):
    values = {key: row.default for key, row in DECLARED.items() if row.kind != "switch"}
    return values | changes


@pytest.fixture
def adam(client):
    """The administrator's browser."""
    return client.sign_in("adam")


def test_every_setting_has_its_field(adam):
    page = adam.get("/settings").text
    assert all(f'name="{key}"' in page for key in DECLARED)


def test_a_change_holds_at_once_and_is_in_the_trail(app, adam):
    adam.fill("/settings", defaults(reply_days="12", second_factor_required="y", password_policy="asvs"))
    with app.app_context():
        assert (setting("reply_days"), setting("second_factor_required")) == (12, True)
        rows = db.session.scalars(sa.select(AuditRow).where(AuditRow.action == "setting")).all()
        assert {row.object_id: (row.before, row.after) for row in rows}["reply_days"] == (
            {"reply_days": 10},
            {"reply_days": 12},
        )
        assert len(rows) == 3


@pytest.mark.parametrize(
    "changes", [{"reply_days": "0"}, {"reply_days": "x"}, {"password_policy": "none"}, {"organ": ""}]
)
def test_a_value_out_of_bounds_changes_nothing(app, adam, changes):
    page = adam.fill("/settings", defaults(case_days="30", **changes))
    assert page.status_code == 422
    with app.app_context():
        assert all_settings() == {key: row.default for key, row in DECLARED.items()}


def test_two_who_change_at_once_do_not_undo_each_other(app, adam):
    opened = hidden_values(adam.get("/settings").text, "/settings")
    adam.fill("/settings", defaults(reply_days="12"))
    late = adam.post("/settings", data=opened | defaults(case_days="30"))
    assert late.status_code == 409
    with app.app_context():
        assert (setting("reply_days"), setting("case_days")) == (12, 60)
