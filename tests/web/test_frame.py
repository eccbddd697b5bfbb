import re
from pathlib import Path

import pytest
from flask_login import login_user

from casework.rules.roles import ROLE_PERMISSIONS, Role
from casework.users.queries import account_by_name
from casework.web import navigation
from casework.web.frame import page_frame

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def every_page_there(app, monkeypatch):
    """A program in which each entry of the navigation has its page; the addresses are the endpoints' names."""
    endpoints = [entry.endpoint for _, entries in navigation.NAVIGATION for entry in entries]
    monkeypatch.setattr(app, "view_functions", dict(app.view_functions) | dict.fromkeys(endpoints, lambda: ""))
    monkeypatch.setattr(navigation, "url_for", lambda endpoint: f"/{endpoint}")
    return app


@pytest.fixture(autouse=True)
def nothing_waits(app, monkeypatch):
    """Nobody counts unless a test says so."""
    monkeypatch.setitem(app.extensions, "casework.navigation", {})


def labels(groups):
    return {item.url.removeprefix("/") for group in groups for item in group.items}


def test_a_person_sees_only_what_the_roles_open(every_page_there):
    with every_page_there.test_request_context("/"):
        officer = labels(navigation.navigation_for(ROLE_PERMISSIONS[Role.OFFICER]))
        auditor = labels(navigation.navigation_for(ROLE_PERMISSIONS[Role.AUDITOR]))
    assert auditor == {"operations.trail"}
    assert {"overview.worklist", "cases.case_list", "registry.enterprises"} <= officer
    assert "users.accounts" not in officer


def test_entries_without_a_page_are_left_out(app):
    everything = frozenset().union(*ROLE_PERMISSIONS.values())
    with app.test_request_context("/"):
        shown = navigation.navigation_for(everything)
        assert all(item.url.startswith("/") for group in shown for item in group.items)
        assert all(group.items for group in shown)


def test_a_count_stands_where_something_waits(every_page_there):
    with every_page_there.test_request_context("/"):
        navigation.count_at(every_page_there, "overview.worklist", lambda: 12)
        groups = navigation.navigation_for(ROLE_PERMISSIONS[Role.OFFICER])
    assert groups[0].items[0].count == 12


def test_a_counter_is_asked_once_per_request(app):
    asked = []
    navigation.count_at(app, "overview.worklist", lambda: asked.append(1) or 3)
    with app.test_request_context("/"):
        assert [navigation.waiting_at("overview.worklist") for _ in range(3)] == [3, 3, 3]
    assert len(asked) == 1


def test_the_frame_names_the_person_and_the_roles(app):
    with app.test_request_context("/"):
        app.preprocess_request()
        login_user(account_by_name("bob"))
        frame = page_frame()
    assert frame.person_name == "包勃"
    assert frame.person_roles == "核稿人"
    assert frame.sign_out_url == "/sign-out"
    assert frame.language_tag == "zh-CN"


def test_strangers_are_sent_to_the_sign_in(client):
    assert client.get("/").location == "/sign-in"


def test_the_sign_in_page_can_be_read_in_english(client):
    client.speak("en")
    page = client.get("/sign-in").text
    assert '<html lang="en">' in page
    assert "中文" in page


@pytest.mark.parametrize("username", ["alice", None])
def test_an_address_that_is_nowhere_says_what_to_do(client, username):
    if username:
        client.sign_in(username)
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "返回首页" in page.text


def test_every_sign_that_is_shown_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "img" / "icons.svg").read_text()))
    used = {entry.icon for _, entries in navigation.NAVIGATION for entry in entries}
    for template in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r'\bicon\("([\w-]+)"', template.read_text()))
        used |= set(re.findall(r'\bsign="([\w-]+)"', template.read_text()))
    assert used <= sprite, f"Copy the symbols from Bootstrap Icons into static/img/icons.svg: {used - sprite}"


def test_the_frame_links_only_to_what_the_person_may_open(app):
    with app.test_request_context("/"):
        app.preprocess_request()
        login_user(account_by_name("eve"))
        frame = page_frame()
    assert (frame.worklist_url, frame.bell_url, frame.search_url) == (None, "/notices", None)
    assert frame.account_url
