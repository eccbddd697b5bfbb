"""The worklist: what waits, grouped by when it is due."""

from datetime import date, timedelta

import pytest

from casework.overview.queries.tasks import When, when_due

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "when"),
    [
        (-1, When.OVERDUE),
        (0, When.TODAY),
        (1, When.THIS_WEEK),
        (7, When.THIS_WEEK),
        (8, When.LATER),
        (None, When.LATER),
    ],
)
def test_a_day_falls_into_its_group(days, when):
    assert when_due(None if days is None else TODAY + timedelta(days=days), TODAY) is when


@pytest.mark.parametrize("username", ["alice", "bob", "carol", "dora", "adam"])
def test_an_empty_worklist_says_what_happens_next(client, username):
    page = client.sign_in(username).get("/worklist")
    assert page.status_code == 200
    assert "暂无待办事项" in page.text


@pytest.mark.parametrize("username", ["victor", "eve"])
def test_readers_and_auditors_have_no_worklist(client, username):
    assert client.sign_in(username).get("/worklist").status_code == 403
