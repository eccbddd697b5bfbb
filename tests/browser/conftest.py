"""A browser per test process, and the program served to it."""

import re

import pytest
from playwright.sync_api import sync_playwright
from support.browser import Visitor, launch, serving

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, started once."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def site(app):
    """The program on the stage's fresh database, at an address of its own."""
    with serving(app) as address:
        yield address


@pytest.fixture
def visitor(chromium, site, request):
    """Windows on the site; what went wrong in one of them fails the test."""
    yield from visiting(chromium, site, request)


def visiting(chromium, site, request):
    """Yield a visitor of a site, close its windows and judge what they saw."""
    visitor = Visitor(chromium, site, re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-"))
    yield visitor
    visitor.close(failed=request.node.stash.get(FAILED, False))
    assert not visitor.wrong, "\n".join(visitor.wrong)


@pytest.fixture(scope="session")
def demo_site(new_demo):
    """The demonstration, at an address of its own."""
    with serving(new_demo) as address:
        yield address


@pytest.fixture
def guest(chromium, demo_site, request):
    """Windows on the demonstration."""
    yield from visiting(chromium, demo_site, request)
