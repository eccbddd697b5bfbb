"""Throw-away databases: a template is migrated once, each test gets a copy."""

import shutil
from contextlib import contextmanager
from pathlib import Path

from support import postgresql


class SqliteStage:
    """A file that is copied."""

    def __init__(self, folder: Path):
        self.template, self.file = folder / "template.db", folder / "test.db"
        self.template_url, self.url = f"sqlite:///{self.template}", f"sqlite:///{self.file}"

    def seal(self):
        """Fold the log into the file, so that one file is the whole database."""
        from pysqlite3 import dbapi2 as sqlite

        with sqlite.connect(self.template) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.reset()

    def reset(self):
        """Put a fresh copy in place."""
        for suffix in ("-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.template, self.file)


class PostgresqlStage:
    """A database that the server copies."""

    def __init__(self, server):
        self.server = server
        self.template_url, self.url = server.create("template"), server.url("test")

    def seal(self):
        """Make the first copy."""
        self.reset()

    def reset(self):
        """Put a fresh copy in place."""
        self.server.create("test", template="template")


@contextmanager
def stage_for(engine: str, folder: Path):
    """Yield the stage for an engine, and clear it away after."""
    if engine == "sqlite":
        yield SqliteStage(folder)
    else:
        with postgresql.cluster() as server:
            yield PostgresqlStage(server)
