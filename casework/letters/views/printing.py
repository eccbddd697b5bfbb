"""Printing many letters together: choosing them, following a long run, taking the PDF."""

import sqlalchemy as sa
from flask import Response, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from casework.audit.actions import begin_writing, commit
from casework.db import db
from casework.files.views import download, download_list
from casework.jobs.models import Job
from casework.letters.actions.printing import begin_run, keep_bound, note_fetch
from casework.letters.binding import bind
from casework.letters.models import PrintRun
from casework.letters.queries import ids_of_run, letters_of_run, numbered_letters, print_run_by_id
from casework.letters.stages import stages_of
from casework.letters.views import bp
from casework.rules.errors import RuleError
from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.web.bulk import chosen_ids
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.lists import Order, count, list_page, whole_list

ORDER = Order({"id": PrintRun.id}, default="-id", tie=PrintRun.id)
RUNS = sa.select(PrintRun).options(joinedload(PrintRun.made_by), selectinload(PrintRun.prints))
WHO_PRINTS = (Permission.LETTER_SIGN, Permission.LETTER_REGISTER)


@bp.route("/letters/print", methods=["POST"])
@requires(*WHO_PRINTS)
def print_letters() -> Page:
    """Bind the letters that were ticked into one PDF, a long selection in the background."""
    ids = chosen_ids()
    run = begin_run(numbered_letters(current_user, ids), by=current_user, now=g.now)
    if run.job_id is None:
        keep_bound(run, bind(run, fonts=current_app.config["SETTINGS"].fonts), by=current_user, now=g.now)
    return finish(url_for("letters.print_run", run_id=run.id), _("It is noted who printed which letter."))


@bp.route("/letters/prints")
@requires(*WHO_PRINTS)
def print_runs() -> Page:
    """Show who printed letters together and when, the latest first."""
    listing = list_page(RUNS, ORDER, request.args, total=count(RUNS))
    return page("letters/print_runs.html", None, listing=listing)


@bp.route("/letters/prints.xlsx")
@requires(*WHO_PRINTS)
def print_runs_export() -> Response:
    """Return the same list as a workbook."""
    head = [_("Printed at"), _("Printed by"), _("Letters"), _("State")]
    rows = whole_list(RUNS, ORDER, request.args)
    body = (
        [run.made_at, run.made_by.name, len(run.prints), _("ready") if run.file_id else _("at work")] for run in rows
    )
    return download_list(_("Letters printed together"), head, body)


@bp.route("/letters/prints/<int:run_id>")
@requires(*WHO_PRINTS)
def print_run(run_id: int) -> Page:
    """Show the letters of a run, and how far it is or its PDF."""
    run = print_run_by_id(run_id)
    job = db.session.get(Job, run.job_id) if run.job_id else None
    letters = letters_of_run(run)
    stages = stages_of(letters, ids_of_run(run), current_user)
    return page("letters/print_run.html", None, run=run, letters=letters, stages=stages, job=job)


@bp.route("/letters/prints/<int:run_id>/letters.pdf")
@requires(*WHO_PRINTS)
def print_run_pdf(run_id: int) -> Response:
    """Hand out the PDF of a run: always the same bytes; who fetched it is noted."""
    run = print_run_by_id(run_id)
    if run.file is None:
        raise RuleError(N_("The letters are still being bound; wait a moment."))
    content, name = run.file.content, run.file.name
    begin_writing()
    note_fetch(run, by=current_user, now=g.now)
    commit()
    return download(content, name, "application/pdf", inline=True)
