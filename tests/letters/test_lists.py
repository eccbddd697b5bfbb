"""The list of letters as a workbook: the rows of its tab, within the reader's reach."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from support.cast import PASSWORD
from support.letters import drafted, step, to_signed

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
