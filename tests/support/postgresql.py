"""A PostgreSQL server of the tests' own: made in a folder, on a socket there, gone afterwards."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

USER = "postgres"


def programs():
    """Return the folder of the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL's programs are missing: run `make test`, which installs them.")
    return found[-1].parent


class Cluster:
    """A running server."""

    def __init__(self, folder, *settings):
        self.folder, self.data = Path(folder), Path(folder) / "data"
        self.settings = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", *settings)
        self.run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()

    def run(self, program, *arguments):
        """Run one of PostgreSQL's programs, which refuse to run as root, as the user postgres then."""
        command = [str(programs() / program), *map(str, arguments)]
        if os.getuid() == 0:
            command = ["runuser", "-u", USER, "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}{self.log()}")

    def log(self):
        """Return the end of the server's log."""
        log = self.folder / "log"
        return log.read_text()[-2000:] if log.exists() else ""

    def start(self):
        """Start the server and wait until it answers."""
        options = " ".join(f"-c '{setting}'" for setting in self.settings)
        # Output to the log alone: a server that inherits our pipe would keep us waiting for its end.
        self.run("pg_ctl", "start", "-w", "-s", "-D", self.data, "-l", self.folder / "log", "-o", options)
        self.connection = psycopg.connect(f"host={self.folder} user={USER} dbname=postgres", autocommit=True)

    def stop(self):
        """Stop the server at once, as a crash would."""
        self.connection.close()
        self.run("pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", self.data)

    def url(self, name):
        """Return the address of a database."""
        return f"postgresql+psycopg://{USER}@/{name}?host={self.folder}"

    def create(self, name, template="template0"):
        """Make a database afresh, as a copy of another, and return its address."""
        self.drop(name)
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return self.url(name)

    def drop(self, name):
        """Remove a database, whoever is still connected to it."""
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _do(self, command, *names):
        self.connection.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


@contextmanager
def cluster(folder):
    """Yield a new server that keeps its files in a folder; stop it after."""
    if os.getuid() == 0:
        shutil.chown(folder, USER)
    server = Cluster(folder)
    yield server
    server.stop()
