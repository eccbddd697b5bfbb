"""Workers forked from the test process: the program is loaded once, and a worker costs milliseconds."""

import os
import signal
import sys
import time
import traceback

import sqlalchemy as sa

from casework.db import db


class Worker:
    """A forked process that tells, a line at a time, what was acknowledged to it."""

    def __init__(self, pid, told):
        self.pid, self.told, self.status = pid, told, None

    def line(self):
        """Wait for the next line; "" once the worker has ended."""
        return self.told.readline().strip()

    def kill(self):
        """End the worker as the kernel would, whatever it is doing, and return what it still told."""
        os.kill(self.pid, signal.SIGKILL)
        return self.end()

    def end(self):
        """Wait for the worker's end and return what it told since it was last asked."""
        rest = self.told.read().split("\n")[:-1]
        self.told.close()
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return rest


class Crew:
    """The workers of a test; who still works when the test is over is killed."""

    def __init__(self, app):
        self.app, self.workers = app, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in self.workers:
            if worker.status is None:
                worker.kill()

    def fork(self, work):
        """Do `work(tell)` in a process of its own; no connection to the database lives through the fork."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what is buffered here must not be written twice
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            _work_and_exit(work, writing)
        os.close(writing)
        worker = Worker(pid, open(reading))  # noqa: SIM115  closed by end()
        self.workers.append(worker)
        return worker

    def all_done(self):
        """Wait until every worker has done its work, and return all that they told."""
        working = [worker for worker in self.workers if worker.status is None]
        told = [line for worker in working for line in worker.end()]
        assert {worker.status for worker in working} == {0}, "a worker failed; what it said stands in the output"
        return told

    def wait_until_quiet(self):
        """Wait until PostgreSQL has noticed that the killed are gone: what they had sent it still takes effect."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        until = time.monotonic() + 30
        with self.app.app_context():
            while db.engine.dialect.name == "postgresql" and db.session.scalar(sa.text(others)):
                db.session.rollback()
                assert time.monotonic() < until, "a killed worker's connection is still there"
                time.sleep(0.02)
            db.session.remove()


def _work_and_exit(work, writing):
    """Do the work and leave without a word to pytest: a worker must not become a second test process."""
    status = 1
    try:
        work(lambda line: os.write(writing, f"{line}\n".encode()))
        status = 0
    except BaseException:  # whatever it was, the parent is told by the status
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)
