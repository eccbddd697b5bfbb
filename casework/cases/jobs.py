"""Background work of cases: counting deadlines anew when the calendar changed, or the program brought a new year."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from casework.audit.actions import Program, Who, commit
from casework.cases.actions.recount import recount_deadlines
from casework.db import db
from casework.jobs.actions import handles, keep_lease
from casework.jobs.models import Job
from casework.registry.actions.calendar import RECOUNT
from casework.registry.calendar import working_calendar
from casework.users.queries import account_by_id
from casework.web import clock

SHOWN_MOST = 500


@handles(RECOUNT, every=timedelta(days=1))
def recount(job: Job) -> Any:
    """Count every deadline anew; a second time there is nothing left to change."""
    job_id = job.id
    by: Who = account_by_id(job.created_by_id) if job.created_by_id else Program("calendar")

    def told(done: int, total: int) -> None:
        keep_lease(db.session.get_one(Job, job_id), done=done, total=total, now=clock.now())
        commit()

    found = recount_deadlines(working_calendar(), by=by, now=clock.now(), told=told)
    return {"changed": len(found), "deadlines": [asdict(one) for one in found[:SHOWN_MOST]]}
