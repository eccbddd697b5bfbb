"""The page of a package: what is in it, and the button that takes it."""

from flask import Blueprint, current_app, g, jsonify, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.archive.actions import AT_ONCE, ZIP, note_taken, order_package
from casework.archive.dossier import Dossier, dossier_of, written
from casework.archive.queries import latest_job, prepared_file, row_for
from casework.audit.actions import begin_writing, commit
from casework.files.views import download, send
from casework.jobs.models import JobState
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page

bp = Blueprint("archive", __name__)
AT_WORK = (JobState.WAITING, JobState.RUNNING)


def _dossier(kind: str, row_id: int) -> Dossier:
    return dossier_of(row_for(current_user, kind, row_id))


@bp.get("/archive/<kind>/<int:row_id>")
@requires(Permission.LETTER_SEE)
def package(kind: str, row_id: int) -> Page:
    """Show what the package of a letter or case holds, and how to take it."""
    dossier = _dossier(kind, row_id)
    large = dossier.size > AT_ONCE
    job = latest_job(kind, row_id) if large else None
    return page(
        "archive/package.html",
        dossier=dossier,
        back=_back(dossier),
        ready=not large or prepared_file(job, dossier.digest) is not None,
        at_work=job is not None and job.state in AT_WORK,
        given_up=job is not None and job.state is JobState.DEAD,
    )


def _back(dossier: Dossier) -> str:
    if dossier.kind == "letter":
        return url_for("letters.letter_page", letter_id=dossier.id)
    return url_for("cases.case_page", case_id=dossier.id)


@bp.get("/archive/<kind>/<int:row_id>/package.zip")
@requires(Permission.LETTER_SEE)
def package_zip(kind: str, row_id: int) -> Page:
    """Hand out the package; who took it is noted."""
    dossier = _dossier(kind, row_id)
    if dossier.size > AT_ONCE:
        return _prepared(dossier)
    file, sha256 = written(dossier, fonts=current_app.config["SETTINGS"].fonts)
    _note(dossier, sha256)
    return send(file, dossier.name, ZIP)


def _prepared(dossier: Dossier) -> Page:
    file = prepared_file(latest_job(dossier.kind, dossier.id), dossier.digest)
    if file is None:
        return redirect(url_for("archive.package", kind=dossier.kind, row_id=dossier.id))
    content, sha256 = file.content, file.sha256
    _note(dossier, sha256)
    return download(content, dossier.name, ZIP)


def _note(dossier: Dossier, sha256: str) -> None:
    """Write the row of the trail in a transaction that begins now: gathering takes a while, and others write."""
    begin_writing()
    note_taken(dossier, sha256, by=current_user, now=g.now)
    commit()


@bp.post("/archive/<kind>/<int:row_id>/prepare")
@requires(Permission.LETTER_SEE)
def prepare(kind: str, row_id: int) -> Page:
    """Let the worker write a large package."""
    order_package(_dossier(kind, row_id), by=current_user, now=g.now)
    return finish(
        url_for("archive.package", kind=kind, row_id=row_id),
        _("The package is being prepared. You can leave this page and come back."), "info",
    )  # fmt: skip


@bp.get("/archive/<kind>/<int:row_id>/progress")
@requires(Permission.LETTER_SEE)
def progress(kind: str, row_id: int) -> Page:
    """Say how far the worker has got with the package."""
    row_for(current_user, kind, row_id)
    job = latest_job(kind, row_id)
    here = url_for("archive.package", kind=kind, row_id=row_id)
    words = _("waiting to begin") if job is not None and job.state is JobState.WAITING else _("at work")
    state = JobState.DONE if job is None else job.state
    return jsonify(state=state.value, done=0, total=None, words=words, url=here)
