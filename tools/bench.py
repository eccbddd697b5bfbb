"""Measures pages over gunicorn with real sessions, each beside a bare page measured in the same run.

python -m tools.bench [--cases 1000 100000] [--rounds 60]
"""

import argparse
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

from casework.demo.people import PASSWORD
from tools.steps import ROOT, say

PLACE = ROOT / "var" / "bench"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DAY = "2026-11-22"


class Client:
    """A browser's connection, kept alive, with its cookie."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.headers: dict[str, str] = {}

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Send a request; return status, location and text."""
        body = urlencode(fields) if fields is not None else None
        self.connection.request(method, path, body, {**self.headers, **(FORM if body is not None else {})})
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        if cookie := answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = cookie.split(";", 1)[0]
        return answer.status, answer.getheader("Location") or "", text

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of the form at an address."""
        _status, _location, text = self.send("GET", path)
        form = next(one for one in re.findall(r"<form\b.*?</form>", text, re.S) if 'name="opened"' in one)
        found = re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
        pairs = [(re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in found]
        return {name[1]: unescape(value[1]) if value else "" for name, value in pairs if name}

    def sign_in(self) -> None:
        """Sign in as the officer."""
        fields = self.hidden("/sign-in") | {"username": "officer", "password": PASSWORD}
        status, _location, _text = self.send("POST", "/sign-in", fields)
        if status != 303:
            raise RuntimeError(f"signing in answered {status}")


def prepared(cases: int) -> Path:
    """Return a database with so many cases, built once."""
    path = PLACE / f"{cases}.db"
    if not path.exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        draft = PLACE / f"{cases}.draft.db"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)
        say(f"Bench: a database with {cases:,} cases is built")
        for command in (["init"], ["demo", "--today", DAY, "--cases", str(cases)]):
            flask = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
            subprocess.run(flask, cwd=ROOT, env=environment(draft), check=True, stdout=subprocess.DEVNULL)
        draft.rename(path)
    bring_up_to_date(path)
    return path


def bring_up_to_date(path: Path) -> None:
    """Migrate a database that may have been built before the newest migration."""
    newest = [sys.executable, "-m", "flask", "--app", "wsgi", "init"]
    subprocess.run(newest, cwd=ROOT, env=environment(path), check=True, stdout=subprocess.DEVNULL)


def environment(path: Path) -> dict[str, str]:
    """Return the environment of a program on this database."""
    own = {"CASEWORK_DEMO": "1", "DATABASE_URL": f"sqlite:///{path}", "CASEWORK_SECURE_COOKIES": "0"}
    return {**os.environ, **own}


@contextmanager
def serving(there: Path | Mapping[str, str]) -> Iterator[int]:
    """Serve the program and the bare pages on a free port: on a SQLite file, or in an environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        *(sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-w", "1", "--threads", "2"),
        *("--keep-alive", "60", "-b", f"127.0.0.1:{port}", "--log-level", "error", "tools.bench_app:app"),
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(there) if isinstance(there, Path) else {**there})
    try:
        for _attempt in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def in_turn(rounds: int, deeds: dict[str, Callable[[], float]], *, warm_up: int = 5) -> dict[str, float]:
    """Do each deed once per round, in turn, after a warm-up; return the median milliseconds of each."""
    times: dict[str, list[float]] = {name: [] for name in deeds}
    for turn in range(rounds + warm_up):
        for name, deed in deeds.items():
            taken = deed()
            if turn >= warm_up:
                times[name].append(taken * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def getting(client: Client, path: str) -> Callable[[], float]:
    """Return a deed that gets a page and says how long it took."""

    def get() -> float:
        begun = time.perf_counter()
        status, _location, _text = client.send("GET", path)
        taken = time.perf_counter() - begun
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        return taken

    return get


def stepping(client: Client, case_id: int) -> Callable[[], float]:
    """Return a deed that adds a note to a case, which is a step of the workflow."""
    path = f"/cases/{case_id}/notes/new"

    def post() -> float:
        fields = client.hidden(path) | {"day": DAY, "text": uuid.uuid4().hex}
        begun = time.perf_counter()
        status, _location, _text = client.send("POST", path, fields)
        taken = time.perf_counter() - begun
        if status != 303:
            raise RuntimeError(f"the step answered {status}")
        return taken

    return post


def updating(client: Client) -> Callable[[], float]:
    """Return a deed that changes one row through the bare address."""

    def post() -> float:
        begun = time.perf_counter()
        client.send("POST", "/bare-update", fields)
        return time.perf_counter() - begun

    fields = {"csrf_token": client.hidden("/cases/1/notes/new")["csrf_token"]}
    return post


def measured(cases: int, rounds: int) -> dict[str, float]:
    """Measure every page on a database of this size."""
    with serving(prepared(cases)) as port:
        client = Client(port)
        client.sign_in()
        _status, _location, text = client.send("GET", "/cases")
        pages = max((int(one) for one in re.findall(r"page=(\d+)", text)), default=1)
        stepped, shown, *_others = dict.fromkeys(int(one) for one in re.findall(r'href="/cases/(\d+)">', text))
        paths = {
            "bare page": "/bare",
            "list, first page": "/cases",
            "list, filtered": "/cases?state=assisting",
            "list, last page": f"/cases?page={pages}",
            "search, 2 characters": f"/search?q={quote('石嘴')}",
            "search, a longer part": f"/search?q={quote('石嘴山屹川')}",
            "case page": f"/cases/{shown}",
        }
        deeds = {name: getting(client, path) for name, path in paths.items()}
        return in_turn(rounds, {**deeds, "bare update": updating(client), "step": stepping(client, stepped)})


def main() -> int:
    """Measure, and print each figure beside its reference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
    figures = {cases: measured(cases, asked.rounds) for cases in asked.cases}
    for cases, found in figures.items():
        print(f"\n{cases:,} cases: median of {asked.rounds} rounds in turn, in ms and as a multiple of the reference")
        for name, taken in found.items():
            reference = "bare update" if name in {"bare update", "step"} else "bare page"
            print(f"  {name:<24}{taken:9.2f} ms {taken / found[reference]:8.2f} x {reference}")
        print(f"  last page to first page {found['list, last page'] / found['list, first page']:8.2f} x (target 1.5)")
    if len(figures) > 1:
        small, large = figures[min(figures)], figures[max(figures)]
        print(f"\n{max(figures):,} cases to {min(figures):,} (target 1.3)")
        for name in small:
            print(f"  {name:<24}{large[name] / small[name]:8.2f} x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
