"""Every page that each role can reach, in both languages and at both widths: what axe finds, and what a phone shows."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect
from support.browser import DESK, PHONE, speak_english

from casework.demo.people import PASSWORD

# user name of one person for each role, and how many links deep the walk goes from the first page
WALKS = [("officer", 3), ("leader", 2), ("shizuishan", 2), ("admin", 2), ("auditor", 1)]
LIKE_THE_OFFICERS = [
    pytest.param("reviewer", 2, marks=pytest.mark.proof),
    pytest.param("viewer", 2, marks=pytest.mark.proof),
]
NO_PAGE = re.compile(r"\.(xlsx|csv|pdf|svg|png|zip)$|^/files/|^/static/")
STRICT = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
# Colours depend on neither width nor language, and to judge them takes eight parts of ten of the time.
BUT_COLOURS = STRICT | {"rules": {"color-contrast": {"enabled": False}}}
PICTURED = set()  # shapes of which this process kept a picture, whoever looked: to draw one takes as long as to judge
axe = Axe()


def addresses(page):
    """The addresses that links of the page lead to, in their order."""
    return page.eval_on_selector_all("a[href]", "links => links.map(link => link.pathname + link.search)")


def shape(address):
    """An address without what differs between rows of one list."""
    return re.sub(r"\d+|(?<=/templates/)[a-z_]+/[a-z_]+", "#", urlsplit(address).path)


def opened(page, address):
    """Open an address; a download is no page."""
    if NO_PAGE.search(urlsplit(address).path):
        return False
    try:
        page.goto(address)
    except Error as error:
        if "Download is starting" in str(error):
            return False
        raise
    return True


def problems_of(page, options=STRICT):
    """What is wrong with the page as it stands, as lines."""
    found = [
        f"{rule['id']} ({rule['impact']}): {rule['nodes'][0]['html'][:200]}"
        for rule in axe.run(page, options=options).response["violations"]
        if rule["impact"] in {"serious", "critical"}
    ]
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{too_wide} px wider than the window"] if too_wide > 0 else found


def examined(page, where, views=((PHONE, BUT_COLOURS), (DESK, STRICT))):
    """What is wrong with a page on a phone and on a desk."""
    lines = []
    for size, options in views:
        page.set_viewport_size(size)
        lines += [f"{where} at {size['width']}: {problem}" for problem in problems_of(page, options)]
    return lines


def walk(page, steps):
    """Open one page of each shape within so many links from the start; yield its address."""
    seen, reach = set(), addresses(page)
    for _step in range(steps):
        further = []
        for address in reach:
            if shape(address) in seen:
                continue
            seen.add(shape(address))
            if opened(page, address):
                yield address
                further += addresses(page)
        reach = further


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("username", "depth"), [*WALKS, *LIKE_THE_OFFICERS])
def test_axe_finds_nothing_on_any_page_a_role_can_reach(guest, username, depth):
    page = guest.sign_in(username, PASSWORD)
    wrong = []
    for address in walk(page, depth):
        wrong += examined(page, address)
        if shape(address) not in PICTURED:
            PICTURED.add(shape(address))
            guest.shot(page, re.sub(r"\W+", "-", shape(address)).strip("-"))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("username", ["leader", "shizuishan", "admin"])
def test_axe_finds_nothing_on_the_pages_in_english(guest, username):
    page = guest.sign_in(username, PASSWORD)
    speak_english(page)
    wrong = []
    for address in walk(page, 1):
        wrong += examined(page, address, [(PHONE, BUT_COLOURS)])
    assert not wrong, "\n".join(wrong)


def test_axe_finds_nothing_on_the_way_in(guest):
    page = guest.window()
    page.goto("/sign-in")
    wrong = examined(page, "/sign-in")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    wrong += examined(page, "/sign-in with errors")
    for address in ("/v", "/v/0000-0000-0000-0000"):
        page.goto(address)
        wrong += examined(page, address)
    assert not wrong, "\n".join(wrong)
