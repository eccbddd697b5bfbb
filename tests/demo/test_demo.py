"""The demonstration gives the published figures, and is only cleared in demo mode."""

import json

import pytest

from casework.demo.people import PASSWORD, PEOPLE
from casework.rules.roles import Role
from casework.users.passwords import check_new_password
from casework.users.queries import account_by_name


def test_the_demo_accounts_password_keeps_both_policies():
    for policy in ("gbt22239", "asvs"):
        for username, *_ in PEOPLE:
            check_new_password(PASSWORD, policy=policy, username=username, earlier=[])


def test_a_database_with_data_is_not_overwritten(app):
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "holds data already" in result.output


@pytest.mark.slow
def test_a_new_database_needs_no_init_first(new_demo):
    with new_demo.app_context():
        assert account_by_name("leader") is not None


@pytest.mark.slow
def test_the_imported_tables_give_the_published_figures(demo):
    figures = json.loads(demo.test_cli_runner().invoke(args=["figures", "--json"]).output)
    rates = {row["year"]: (row["units_completed"], row["units_due"], row["rate"]) for row in figures["years"]}
    assert rates["2019-2020"] == (29, 35, 82.86)
    assert rates["2021"] == (36, 38, 94.74)
    assert rates["2022"] == (38, 38, 100.0)
    assert figures["trades"] == [
        {
            "cycle": "2021-2022",
            "enterprises": 29,
            "tonnes": 11_290_000,
            "yuan": "764000000.00",
            "yuan_per_tonne": "67.67",
        }
    ]


def test_there_is_an_account_for_each_role_and_the_sign_in_names_all(client):
    assert {role for _username, _name, role, _region in PEOPLE} == set(Role)
    page = client.get("/sign-in").text
    assert PASSWORD in page
    for username, *_rest in PEOPLE:
        assert f"<code>{username}</code>" in page
