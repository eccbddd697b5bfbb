"""Real Chromium on the served program; whatever goes wrong in a page on the way fails the test."""

import re
import threading
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from casework.jobs.worker import run_one
from casework.web import clock
from support.cast import PASSWORD

PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A form that is refused answers 422, a stale one 409: the browser notes both, and both are part of the program.
EXPECTED_NOTE = re.compile(r"Failed to load resource: (.* status of (422|409)|net::ERR_INTERNET_DISCONNECTED)")


class _Quiet(WSGIRequestHandler):
    """Keeps the log for what is worth reading."""

    def log_request(self, code="-", size="-"):
        """Say nothing."""


PATIENCE = 30_000  # milliseconds; a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)


@contextmanager
def serving(app):
    """Serve the program on a free port with its worker beside it; yield the address."""
    requests = _UnderWay(app)
    server = make_server("127.0.0.1", 0, requests, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    stopped = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}),
        threading.Thread(target=_work, args=(app, stopped)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        stopped.set()
        server.shutdown()
        for thread in threads:
            thread.join(timeout=30)
        server.server_close()
        requests.wait_for_their_end()


class _UnderWay:
    """Counts the requests that are being answered: one that a browser gave up on still holds the database."""

    def __init__(self, app):
        self._app, self._count, self._changed = app, 0, threading.Condition()

    def __call__(self, environ, start_response):
        """Answer one request whole, so that nothing of it is left to do when it is no longer counted."""
        with self._changed:
            self._count += 1
        try:
            with closing(self._app(environ, start_response)) as answer:
                return [b"".join(answer)]
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def wait_for_their_end(self):
        """Wait until none is left: the next test puts another database in place of the one they use."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._count == 0, timeout=30), f"{self._count} requests do not end"


def _work(app, stopped):
    while not stopped.is_set():
        with app.app_context():
            had_work = run_one("browser", now=clock.now())
        if not had_work:
            stopped.wait(0.1)


def launch(playwright: Playwright) -> Browser:
    """Start Debian's Chromium."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def speak_english(page: Page) -> None:
    """Switch the language as a person does, in the menu."""
    page.locator("[popovertarget=person-menu]").click()
    page.get_by_role("button", name="English").click()
    page.locator("html[lang=en]").wait_for(state="attached")


def press(page: Page, words: str) -> None:
    """Press a button by its words."""
    page.get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow a link by its words."""
    page.get_by_role("link", name=words, exact=True).first.click()


def sign(page: Page) -> None:
    """Sign the letter that is shown, with the password."""
    page.locator("[data-key='s']").click()
    page.get_by_label("登录密码或双因素验证码").fill(PASSWORD)
    page.locator("#sign-dialog").get_by_role("button", name="签发", exact=True).click()


def told(page: Page, words: str) -> None:
    """Expect that the page says so."""
    expect(page.get_by_text(words).first).to_be_visible()


class Visitor:
    """Opens windows on one site for different people, and keeps what went wrong in any of them."""

    def __init__(self, browser: Browser, site: str, name: str):
        self.browser, self.site, self.name = browser, site, name
        self.wrong: list[str] = []
        self._windows: list[BrowserContext] = []
        self._shots = 0

    def window(self, size=DESK, **options) -> Page:
        """Open the program for somebody who has not signed in."""
        context = self.browser.new_context(viewport=size, base_url=self.site, locale="zh-CN", **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("dialog", self._dialog)
        self._windows.append(context)
        return context.new_page()

    def sign_in(self, username: str, password: str = PASSWORD, *, size=DESK, **options) -> Page:
        """Open a window and sign in through the page."""
        page = self.window(size, **options)
        page.goto("/sign-in")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录", exact=True).click()
        page.locator("#sidenav").wait_for(state="attached")
        return page

    def shot(self, page: Page, name: str) -> Path:
        """Keep a picture of the page among the test's artefacts."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self._shots += 1
        path = PICTURES / f"{self.name}-{self._shots:02d}-{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    def close(self, *, failed: bool) -> None:
        """Close all windows; a failed test leaves a picture of each."""
        for context in self._windows:
            for page in context.pages if failed else []:
                self.shot(page, "failed")
            context.close()

    def _console(self, message):
        if message.type == "error" and not EXPECTED_NOTE.match(message.text):
            self.wrong.append(f"console at {message.location.get('url')}: {message.text}")

    def _request(self, request):
        if not request.url.startswith((self.site, "data:", "blob:", "chrome-extension:", "chrome:")):
            self.wrong.append(f"a request to another host: {request.url}")

    def _response(self, response):
        if response.status >= 500:
            self.wrong.append(f"{response.status} from {response.url}")

    def _dialog(self, dialog):
        if dialog.type == "beforeunload":
            dialog.accept()
            return
        self.wrong.append(f"{dialog.type} dialog: {dialog.message}")
        dialog.dismiss()
