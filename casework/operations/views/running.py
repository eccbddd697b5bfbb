"""Background work, health and metrics."""

from typing import Any

import sqlalchemy as sa
from flask import Response, g, jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from casework.db import db
from casework.files.views import download_list
from casework.jobs.actions import recurs
from casework.jobs.models import Job, JobState
from casework.operations import health as looking
from casework.operations.actions.running import try_again
from casework.operations.invariants import INVARIANTS, faults
from casework.operations.views import bp
from casework.operations.words import JOBS
from casework.rules.errors import NotFound
from casework.rules.roles import Permission
from casework.web.door import public, repeatable, requires
from casework.web.forms import Page, finish, page
from casework.web.lists import Order, count, list_page, whole_list

ORDER = Order({"created": Job.created_at, "due": Job.due_at}, default="-created", tie=Job.id)
_STATES = {
    JobState.WAITING: "waiting to begin", JobState.RUNNING: "at work", JobState.DONE: "ready", JobState.DEAD: "given up"
}  # fmt: skip
CHECKED_HERE = [code for code in INVARIANTS if code not in {"I5", "I6"}]  # those read every stored byte


def _asked() -> tuple[str, sa.Select[Any]]:
    asked = request.args.get("state", "")
    stmt = sa.select(Job)
    return asked, stmt.where(Job.state == JobState(asked)) if asked in set(JobState) else stmt


@bp.get("/jobs.xlsx")
@requires(Permission.JOBS_SEE)
def jobs_export() -> Response:
    """Return the same list as a workbook."""
    head = [_("Work"), _("Number"), _("Standing"), _("Progress"), _("Attempts"), _("Asked for"), _("Due"), _("Ended"),
            _("Cause of failure")]  # fmt: skip
    rows = whole_list(_asked()[1], ORDER, request.args)
    return download_list(
        _("Background work"),
        head,
        (
            [_(JOBS[row.kind]) if row.kind in JOBS else row.kind, row.id, _(_STATES[row.state]),
             f"{row.progress_done} / {row.progress_total}" if row.progress_total else "", row.attempts, row.created_at,
             row.due_at, row.ended_at, row.error or ""]
            for row in rows
        ),
    )  # fmt: skip


@bp.get("/jobs")
@requires(Permission.JOBS_SEE)
def jobs() -> Page:
    """List background work: waiting, running, done, given up."""
    asked, stmt = _asked()
    listing = list_page(stmt, ORDER, request.args, total=count(stmt.with_only_columns(Job.id)))
    states = listing.chips("state", asked or None, [(state.value, _(words)) for state, words in _STATES.items()])
    return page(
        "operations/jobs.html", listing=listing, states=states, names=JOBS, words=_STATES, recurs=recurs,
        export=listing.export_url("operations.jobs_export"),
    )  # fmt: skip


@bp.post("/jobs/<int:job_id>/retry")
@requires(Permission.JOBS_SEE)
def job_retry(job_id: int) -> AnyResponse:
    """Let work that was given up be tried again."""
    try_again(_job(job_id), by=current_user, now=g.now)
    return finish(url_for("operations.jobs"), _("It will be tried again within seconds."))


@bp.get("/jobs/<int:job_id>/progress")
@requires(Permission.ACCOUNT_SELF)
def job_progress(job_id: int) -> Page:
    """Say how far the work is, to whoever asked for it and to the administrator."""
    job = _job(job_id)
    if job.created_by_id != current_user.id and not current_user.may(Permission.JOBS_SEE):
        raise NotFound("There is no such work.")
    words = None if job.state == JobState.RUNNING and job.progress_total else _(_STATES[job.state])
    return jsonify(done=job.progress_done, total=job.progress_total, state=job.state.value, words=words, url=None)


@bp.get("/operations")
@requires(Permission.JOBS_SEE)
def health() -> Page:
    """Show how the program is."""
    return page(
        "operations/health.html", findings=looking.findings(now=g.now), faults=None, mode=looking.program_mode()
    )


@bp.post("/operations")
@requires(Permission.JOBS_SEE)
@repeatable
def health_check() -> Page:
    """Check the invariants that need no reading of every file, and show what was found."""
    found = list(faults(CHECKED_HERE, now=g.now))
    return page(
        "operations/health.html", findings=looking.findings(now=g.now), faults=found, checked=CHECKED_HERE,
        mode=looking.program_mode(),
    )  # fmt: skip


@bp.get("/health")
@public
def liveness() -> Response:
    """Tell a load balancer that the program and its database answer, and nothing else."""
    return jsonify(status="ok" if looking.database_answers() else "broken")


@bp.get("/metrics")
@requires(Permission.JOBS_SEE)
def metrics() -> Response:
    """Return the figures for a monitoring system."""
    return Response(looking.metrics(), mimetype="text/plain")


def _job(job_id: int) -> Job:
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound("There is no such work.")
    return job
