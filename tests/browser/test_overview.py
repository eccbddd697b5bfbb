"""A leader asks the overview, and it answers: from the page alone, on paper, and on a screen that nobody touches."""

import io
import re

import pypdfium2
import pytest
from browser.test_accessibility import problems_of
from playwright.sync_api import expect
from support.browser import PHONE, speak_english

from casework.demo.people import PASSWORD

SCREEN = {"width": 1920, "height": 1080}


@pytest.fixture
def page(guest):
    """The overview as the leader of the demonstration has it, as of the day on which it was made."""
    page = guest.sign_in("leader", password=PASSWORD)
    page.goto("/overview/leaders?cycle=2025&day=2026-11-22")
    return page


def cells(page, table, row):
    """A row of a table by the names of its columns; the row is a number or the name it begins with."""
    found = page.get_by_role("table", name=table, exact=True)
    heads = found.locator("thead th").all_inner_texts()
    lines = found.locator("tbody tr")
    line = lines.nth(row) if isinstance(row, int) else lines.filter(has=page.locator("th", has_text=row))
    return dict(zip((head.strip() for head in heads), line.locator("th, td").all_inner_texts(), strict=True))


def tile(page, label):
    """The figure above these words."""
    return page.locator(".stat", has_text=label).locator(".figure").inner_text()


def behind(page, number):
    """Open the list behind a number and count its rows; then come back."""
    number.click()
    page.wait_for_url("**/overview/behind/**")
    rows = page.locator("table.data tbody tr").count()
    page.go_back()
    return rows


REGIONS, STATES, LETTERS, TEN = "各地区情况（缺口大者在前）", "各状态案件及停留时间", "发函与回函", "重点关注十家"
CAUSES = "未销号案件（按困难原因）"


def tonnes(words):
    """The number that a cell writes."""
    return int(words.replace(",", ""))


def test_a_leader_finds_ten_answers_on_the_page(page):
    answers = {
        "How many days are left?": tile(page, "截止日期"),
        "How many units have completed on time?": page.locator(".stat", has_text="按时完成").inner_text().split()[-1],
        "Did we reach the milestone of October?": page.locator(".stat", has_text="2026-10-31").inner_text(),
        "Which city is worst?": cells(page, REGIONS, 0)["地区"],
        "What share of all that is short has it?": cells(page, REGIONS, 0)["占总缺口"].strip(),
        "How many letters wait for a reply?": cells(page, LETTERS, "工作督促函")["待回函"],
        "Is a reply overdue?": cells(page, LETTERS, "工作督促函")["逾期未回函"],
        "Which unit is short of most, and why?": cells(page, TEN, 0),
        "Which difficulty stands behind most of it?": cells(page, CAUSES, 0)["困难原因"],
        "How many cases stand in assistance for over a week?": cells(page, STATES, "帮扶指导")["8至30天"],
    }
    assert answers["How many days are left?"] == "还有39天"
    assert "未达到" in answers["Did we reach the milestone of October?"]
    assert answers["Which city is worst?"] == "银川市"
    assert answers["What share of all that is short has it?"].endswith("%")
    assert answers["Which difficulty stands behind most of it?"] == "经营困难"
    first = answers["Which unit is short of most, and why?"]
    assert first["单位"].startswith("银川")
    assert "占总缺口一成以上" in first["原因"]
    assert tonnes(answers["How many letters wait for a reply?"]) > 0
    assert tonnes(answers["Is a reply overdue?"]) >= 0


def test_which_city_gained_most_and_every_number_opens_its_list(page):
    table = page.get_by_role("table", name=REGIONS, exact=True).locator("tbody tr")
    gained = {line.locator("th").inner_text(): tonnes(line.locator("td").nth(6).inner_text()) for line in table.all()}
    assert max(gained, key=gained.get) == "宁东能源化工基地"
    waiting = page.get_by_role("table", name=LETTERS, exact=True).locator("tbody tr").first.locator("td").nth(3)
    assert behind(page, waiting.get_by_role("link")) == tonnes(waiting.inner_text())
    helped = page.get_by_role("table", name=STATES, exact=True).locator("tbody tr", has_text="帮扶指导")
    assert behind(page, helped.get_by_role("link").first) == tonnes(helped.locator("td").first.inner_text())


def test_what_if_the_three_largest_fail(page):
    page.get_by_role("link", name="情景推演").click()
    page.get_by_role("link", name=re.compile("缺口最大的")).first.click()
    page.wait_for_url(re.compile("lost="))
    row = page.locator("#ending tr", has=page.get_by_role("rowheader", name="按家数", exact=True))
    assert row.locator("td").nth(0).inner_text() != row.locator("td").nth(1).inner_text()


def test_any_past_day_can_be_asked_for(page):
    page.get_by_label("截至", exact=True).fill("2021-12-31")
    page.get_by_role("button", name="查看该日").click()
    expect(page.get_by_text("2025履约周期，截至2021-12-31")).to_be_visible()
    page.get_by_role("group", name="履约周期").get_by_role("link", name="2019-2020").click()
    expect(page.locator(".stat", has_text="按时完成").locator(".figure")).to_have_text("82.86%")
    page.get_by_role("link", name="回到今天").click()
    expect(page.get_by_role("link", name="回到今天")).to_have_count(0)


@pytest.mark.parametrize("english", [False, True])
def test_it_prints_on_one_sheet(page, guest, english):
    if english:
        speak_english(page)
    page.wait_for_load_state("networkidle")
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(document) == 1
    width, height = document[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    text = document[0].get_textpage().get_text_bounded()
    assert "银川市" in text


def test_a_screen_turns_over_by_itself_and_a_key_holds_it(page):
    page.set_viewport_size(SCREEN)
    page.clock.install()
    page.goto("/overview/screen?cycle=2025&day=2026-11-22")
    place = page.locator("[data-place]")
    expect(place).to_have_text("1 / 7")
    for number in range(1, 8):
        part = page.locator("[data-part]:visible")
        expect(part).to_have_count(1)
        box = part.bounding_box()
        assert box["y"] + box["height"] <= SCREEN["height"], f"part {number} does not fit"
        assert problems_of(page) == []
        if number < 7:
            page.clock.run_for(15_000)
            expect(place).to_have_text(f"{number + 1} / 7")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_text("已暂停")).to_be_visible()
    page.clock.run_for(60_000)
    expect(place).to_have_text("6 / 7")
    page.keyboard.press("Space")
    page.clock.run_for(15_000)
    page.clock.run_for(15_000)  # after the last part the page fetches itself anew
    expect(place).to_have_text("1 / 7")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/overview/leaders"))


@pytest.mark.parametrize("path", ["leaders", "effort", "behind/cases", "behind/letters"])
def test_axe_finds_nothing_on_the_pages_at_a_desk(page, path):
    page.goto(f"/overview/{path}?cycle=2025&day=2026-11-22")
    assert problems_of(page) == []


def test_on_a_phone_each_row_is_a_card_and_nothing_is_wider(page):
    page.set_viewport_size(PHONE)
    for path in ("/overview/leaders", "/overview/effort", "/overview/behind/units", "/overview/screen"):
        page.goto(f"{path}?cycle=2025&day=2026-11-22")
        assert problems_of(page) == [], path
