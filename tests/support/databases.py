"""Throw-away databases: a template is migrated once, each test gets a copy."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from support import postgresql

MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes


class SqliteStage:
    """A file that is copied."""

    def __init__(self, folder: Path):
        self.folder, self.file, self.kept = folder, folder / "test.db", {}
        self.template_url, self.url = f"sqlite:///{folder}/template.db", f"sqlite:///{self.file}"

    def seal(self):
        """Make the first copy of the template."""
        _fold(self.folder / "template.db")
        self.reset()

    def keep(self, name, said=None):
        """Keep the test's database, and what is said of it, under a name, to be copied for other tests."""
        _fold(self.file)
        shutil.copy(self.file, self.folder / f"{name}.db")
        self.kept[name] = said

    def reset(self, name="template"):
        """Put a fresh copy in place."""
        for suffix in ("-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.folder / f"{name}.db", self.file)


def _fold(file):
    """Fold the log into the file, so that one file is the whole database."""
    from pysqlite3 import dbapi2 as sqlite

    with sqlite.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class PostgresqlStage:
    """A database that the server copies."""

    def __init__(self, server):
        self.server, self.kept = server, {}
        self.template_url, self.url = server.create("template"), server.url("test")

    def seal(self):
        """Make the first copy of the template."""
        self.reset()

    def keep(self, name, said=None):
        """Keep the test's database, and what is said of it, under a name, to be copied for other tests."""
        self.server.create(name, template="test")
        self.kept[name] = said

    def reset(self, name="template"):
        """Put a fresh copy in place."""
        self.server.create("test", template=name)


@contextmanager
def stage_for(engine: str):
    """Yield the stage for an engine, and clear it away after."""
    with scratch("casework-tests-") as folder:
        if engine == "sqlite":
            yield SqliteStage(folder)
        else:
            with postgresql.cluster(folder) as server:
                yield PostgresqlStage(server)


@contextmanager
def scratch(prefix):
    """Yield a folder that is cleared away after: in memory where there is room, so that no commit waits for a disk."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    folder = tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else "/tmp")  # a socket's path must be short
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder)
