"""The dashboard before anything was imported, and the search."""


def test_without_a_cycle_the_overview_says_who_sets_one_up(client):
    page = client.sign_in("alice").get("/overview")
    assert page.status_code == 200
    assert "尚未建立履约周期" in page.text


def test_an_unknown_chart_is_not_found(client):
    assert client.sign_in("alice").get("/overview/nothing.svg").status_code == 404


def test_one_character_is_too_little_to_search_for(client):
    page = client.sign_in("alice").get("/search?q=石")
    assert "至少2个字" in page.text


def test_what_nobody_holds_is_said_so(client):
    assert "没有找到" in client.sign_in("alice").get("/search?q=没有这家").text
