"""Background work of letters: binding a long print run."""

from typing import Any

from flask import current_app

from casework.audit.actions import commit
from casework.db import db
from casework.jobs.actions import handles, keep_lease
from casework.jobs.models import Job
from casework.letters.actions.printing import JOB, keep_bound
from casework.letters.binding import bind
from casework.letters.models import PrintRun
from casework.web import clock

TELL_EVERY = 10  # letters


@handles(JOB)
def bind_run(job: Job) -> Any:
    """Bind the letters of a run; leaves at once if that was done."""
    job_id, run = job.id, db.session.get_one(PrintRun, job.payload["run"])
    if run.file_id is not None:
        return None
    run_id, total = run.id, len(run.prints)

    def told(done: int) -> None:
        if done % TELL_EVERY == 0 or done == total:
            keep_lease(db.session.get_one(Job, job_id), done=done, total=total, now=clock.now())
            commit()

    content = bind(run, fonts=current_app.config["SETTINGS"].fonts, told=told)
    run = db.session.get_one(PrintRun, run_id)
    keep_bound(run, content, by=run.made_by, now=clock.now())
    return {"letters": total, "bytes": len(content)}
