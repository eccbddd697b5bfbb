"""Draws the README's pictures: the demonstration of a fixed day, as different people see it in Chromium.

python -m tools.screenshots
"""

import io
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from casework import create_app
from casework.db import db
from casework.demo.build import build
from casework.demo.people import PASSWORD
from config import Settings
from tools.steps import ROOT, say

OUT = ROOT / "docs" / "screenshots"
DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 2, tzinfo=UTC)  # 10:00 in Yinchuan
DESK, PHONE = (1440, 900), (390, 844)
UNIT_WITH_A_STORY = "/cases?state=urged"
WAITING_TO_SIGN = "/letters?tab=sign"


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """Serve the demonstration from a database of its own; yield the address."""
    settings = Settings(secret="s" * 40, database_url=f"sqlite:///{folder}/demo.db", demo=True)
    shift: timedelta = MORNING - datetime.now(UTC)
    app = create_app(settings, CLOCK_SHIFT=shift)
    with app.app_context():
        upgrade()
        build(DAY, fonts=settings.fonts, say=say)
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()


def signed_in(browser: Browser, site: str, username: str, size: tuple[int, int] = DESK) -> Page:
    """Open a window and sign in."""
    width, height = size
    page = browser.new_context(base_url=site, viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    page.goto("/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator("#sidenav").wait_for(state="attached")
    return page


def open_first_row(page: Page, address: str) -> None:
    """Open a list, and from it its first row."""
    page.goto(address)
    page.locator("tr[data-href] a").first.click()
    page.wait_for_load_state("networkidle")


def keep(page: Page, name: str) -> None:
    """Write what the window shows, packed tightly."""
    page.wait_for_load_state("networkidle")
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{name}.png"
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(path, optimize=True)
    say(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


def draw(browser: Browser, site: str) -> None:
    """Draw all pictures."""
    officer = signed_in(browser, site, "officer")
    keep(officer, "worklist")
    officer.goto("/cases")
    keep(officer, "cases")
    open_first_row(officer, UNIT_WITH_A_STORY)
    keep(officer, "case")
    leader = signed_in(browser, site, "leader")
    open_first_row(leader, WAITING_TO_SIGN)
    keep(leader, "letter")
    leader.goto("/overview/leaders")
    keep(leader, "overview")
    keep(signed_in(browser, site, "shizuishan", PHONE), "phone")


def main() -> None:
    """Draw the pictures from a demonstration that is thrown away."""
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        draw(browser, site)
        browser.close()


if __name__ == "__main__":
    main()
