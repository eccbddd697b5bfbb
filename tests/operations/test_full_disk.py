"""The disk fills up under the program: what was acknowledged stays, what was not is told, and it goes on afterwards."""

import io
import random
import resource
import shutil
import subprocess
import tempfile
from collections import Counter
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade
from PIL import Image
from support import postgresql
from support.cases import a_case
from support.cast import NOW, set_the_stage
from support.filled_forms import values_of
from support.forks import Crew
from support.pages import PageClient

from casework import create_app
from casework.audit.actions import commit
from casework.cases.models import Note
from casework.db import db
from casework.operations.invariants import faults
from casework.web import clock
from config import Settings

KIB = 1024
REFUSALS = 3  # in a row: then the disk is taken as full


def noise(chance):
    """A picture that does not pack: about 40 KiB."""
    out = io.BytesIO()
    Image.frombytes("RGB", (120, 110), chance.randbytes(120 * 110 * 3)).save(out, "PNG")
    return out.getvalue()


def served_on(url):
    """The program as it is served, which answers a crash with a page."""
    app = create_app(Settings(secret="s" * 40, database_url=url, demo=True))
    app.config["CLOCK_SHIFT"] = NOW - clock.datetime.now(clock.UTC)
    app.test_client_class = PageClient
    return app


@pytest.fixture
def served(stage, app):
    served = served_on(stage.url)
    yield served
    with served.app_context():
        db.session.remove()
        db.engine.dispose()


def a_note_can_be_written(app):
    """Make a case, and return a signed-in client with the path of its notes."""
    with app.app_context():
        case_id = a_case().id
        commit()
        db.session.remove()
    client = app.test_client().sign_in("alice")
    client.checks = False
    return client, f"/cases/{case_id}/notes/new"


def write_note(client, path, text, chance):
    shown = client.get(path)
    if shown.status_code != 200:
        return shown
    values = values_of(shown.text, path) | {
        "text": text, "day": "2026-11-22", "files": (io.BytesIO(noise(chance)), "现场.png")
    }  # fmt: skip
    return client.post(path, data=values, content_type="multipart/form-data")


def fill(client, path, tell, limit=None):
    """Write notes with pictures until nothing goes any more, and tell what was answered; pages are still shown."""
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    chance, refused, number = random.Random(limit or 1), 0, 0
    while refused < REFUSALS:
        number += 1
        answer = write_note(client, path, f"note {number}", chance)
        refused = 0 if answer.status_code == 303 else refused + 1
        if answer.status_code == 507:
            assert "磁盘已满" in answer.text
        tell(f"{answer.status_code} {number}")
        tell(f"page {client.get('/cases').status_code}")


def examined(app, client, path, told):
    """Look that every acknowledged note is there and no other, all invariants hold, and work goes on."""
    answers = Counter(line.split()[0] for line in told if not line.startswith("page"))
    acknowledged = {f"note {line.split()[1]}" for line in told if line.startswith("303")}
    with app.app_context():
        kept = set(db.session.scalars(sa.select(Note.text)))
        assert acknowledged <= kept
        assert kept == acknowledged
        assert [f"{code} {fault}" for code, fault in faults(now=NOW)] == []
        db.session.remove()
    assert {line for line in told if line.startswith("page")} <= {"page 200"}
    assert write_note(client, path, "there is room again", random.Random(1)).status_code == 303
    return answers


@pytest.mark.parametrize(
    "rooms", [pytest.param([150], marks=pytest.mark.slow), pytest.param(range(0, 320, 32), marks=pytest.mark.proof)]
)
@pytest.mark.timeout(900)
def test_a_file_that_may_grow_no_more_loses_nothing_and_is_told(stage, fresh, served, engine_name, rooms):
    if engine_name != "sqlite":
        pytest.skip("its files are the server's: see the small disk of a server below")
    for room in rooms:
        with served.app_context():
            db.engine.dispose()
        fresh()
        client, path = a_note_can_be_written(served)
        size = max(
            Path(f"{stage.file}{one}").stat().st_size for one in ("", "-wal") if Path(f"{stage.file}{one}").exists()
        )
        with Crew(served) as crew:
            told = crew.fork(partial(fill, client, path, limit=size + room * KIB)).end()
        answers = examined(served, client, path, told)
        assert answers["507"] >= REFUSALS, (room, answers)
        assert answers.keys() <= {"303", "507"}


# --- a disk of its own ------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(megabytes, owner=None):
    """A file system that holds so much, as root alone may make one."""
    folder = tempfile.mkdtemp(prefix="casework-disk-", dir="/tmp")
    size = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs"]
    made = subprocess.run(["mount", *size, folder], capture_output=True, text=True)
    if made.returncode:
        Path(folder).rmdir()
        pytest.skip(
            f"a disk of its own is made by root alone ({made.stderr.strip()}); the limited file above stands in"
        )
    try:
        yield Path(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        Path(folder).rmdir()


def prepared(url):
    """A program on a new database there."""
    app = served_on(url)
    with app.app_context():
        upgrade()
        set_the_stage()
        commit()
        db.session.remove()
        db.engine.dispose()
    return app


@pytest.mark.proof
def test_a_full_disk_loses_nothing_and_is_told():
    with small_disk(6) as disk:
        app = prepared(f"sqlite:///{disk}/casework.db")
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(1024 * KIB))
        client, path = a_note_can_be_written(app)
        told = []
        fill(client, path, told.append)
        ballast.unlink()
        answers = examined(app, client, path, told)
        assert answers["303"] > 5
        assert answers.keys() == {"303", "507"}
        with app.app_context():
            db.engine.dispose()


@pytest.mark.proof
def test_a_server_whose_disk_is_full_loses_nothing():
    """PostgreSQL stops itself where it cannot write its log; what it acknowledged is there when it starts again."""
    with small_disk(130) as disk:
        subprocess.run(["chown", postgresql.USER, str(disk)], check=True)
        server = postgresql.Cluster(disk, "min_wal_size=32MB", "max_wal_size=32MB")
        try:
            app = prepared(server.create("casework"))
            ballast = disk / "ballast"
            ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 2 * 1024 * KIB))
            client, path = a_note_can_be_written(app)
            told = []
            fill_server(client, path, told)
            ballast.unlink()
            if subprocess.run(["pgrep", "-f", f"{disk}/data"], capture_output=True).returncode:
                server.start()
            with app.app_context():
                db.engine.dispose()
            answers = examined(app, client, path, told)
            assert answers["303"] > 5
            with app.app_context():
                db.engine.dispose()
        finally:
            server.stop()


def fill_server(client, path, told):
    """Write until the server refuses or is gone; while it is gone no page can be shown, and that is told too."""
    chance, refused, number = random.Random(3), 0, 0
    while refused < REFUSALS:
        number += 1
        answer = write_note(client, path, f"note {number}", chance)
        refused = 0 if answer.status_code == 303 else refused + 1
        assert answer.status_code in {303, 500, 503, 507}
        told.append(f"{answer.status_code} {number}")
