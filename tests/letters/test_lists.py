"""The list of letters as a workbook: the rows of its tab, within the reader's reach."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from support.cast import PASSWORD
from support.letters import drafted, recipient_deed, step, to_signed

pytestmark = pytest.mark.slow  # each drafts a letter


def sheet(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return list(load_workbook(BytesIO(answer.data)).active.values)


def test_the_letters_of_a_tab_are_taken_away_as_a_workbook(people, cases):
    drafted(people, cases)
    html = people("alice").get("/letters?tab=draft").text
    assert 'href="/letters.xlsx?tab=draft"' in html
    head, row = sheet(people("alice"), "/letters.xlsx?tab=draft")
    assert head[:4] == ("标题", "文号", "类型", "主送机关")
    assert row[3:5] == ("石嘴山市人民政府", "拟稿")
    assert len(sheet(people("alice"), "/letters.xlsx?tab=sent")) == 1


def test_a_city_officer_takes_no_draft_away(people, cases):
    drafted(people, cases)
    assert len(sheet(people("dora"), "/letters.xlsx?tab=draft")) == 1


def test_the_reply_to_a_voided_letter_is_not_overdue(people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    assert step(people, "amir", letter_id, "register").status_code == 303
    assert "还有" in people("alice").get("/letters?tab=sent").text.split("<tbody>")[1]
    assert step(people, "carol", letter_id, "void", reason="数据有误。", password=PASSWORD).status_code == 303
    row = people("alice").get("/letters?tab=sent").text.split("<tbody>")[1].split("</tbody>")[0]
    assert "已撤销" in row
    assert "还有" not in row


PLACES = ("/letters?tab=sent", "/letters/{letter}", "/search?q=宁环函", "/cases/{case}", "/register")
DEEDS = {
    "已印发": ("alice", "dispatch", {"day": "2026-11-22", "way": "system"}),
    "已签收": ("dora", "acknowledge", {}),
    "已回函": ("dora", "reply", {"text": "已办理。"}),
}


def badges(html, places):
    """The badges of a letter: those of its states, wherever they stand on the page."""
    return [word for word in places if f">{word}</span>" in html]


def test_every_page_says_how_far_a_registered_letter_has_come(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    assert step(people, "amir", letter_id, "register").status_code == 303
    words = ["已登记编号", *DEEDS]
    for word in words:
        if word in DEEDS:
            who, deed, data = DEEDS[word]
            assert recipient_deed(people, app, who, letter_id, deed, **data).status_code == 303, word
        for place in PLACES:
            page = people("alice").get(place.format(letter=letter_id, case=cases[0])).text
            assert badges(page, words) == [word], place
        assert sheet(people("alice"), "/letters.xlsx?tab=sent")[1][4] == word
        if word == "已印发":
            begins = people("dora").get("/letters").text
            assert re.search(r'tab=sent" aria-current="page">收到的函件', begins), "where something waits for the city"
    assert badges(people("dora").get(f"/letters/{letter_id}").text, words) == ["已回函"]


def test_a_letter_sent_within_the_system_asks_for_no_paper_but_its_sealed_scan(app, people, cases):
    letter_id = drafted(people, cases)
    to_signed(people, letter_id)
    assert step(people, "amir", letter_id, "register").status_code == 303
    seal = f'href="/letters/{letter_id}/sealed"'
    assert seal in people("alice").get(f"/letters/{letter_id}").text
    recipient_deed(people, app, "alice", letter_id, "dispatch", day="2026-11-22", way="system")
    page = people("alice").get(f"/letters/{letter_id}").text
    assert seal in page, "what bears the seal is the paper, whichever way its text went"
    assert ">登记纸质回执<" not in page
    assert "等待对方在本系统签收" in page
