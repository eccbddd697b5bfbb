"""Imports in three steps: the file, the check, the taking over."""

from collections.abc import Sequence
from typing import Any

from flask import g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.db import db
from casework.files.kinds import XLSX
from casework.files.models import StoredFile
from casework.files.views import download, download_list
from casework.jobs.models import Job
from casework.registry.actions import imports as actions
from casework.registry.checks import expected_words, open_table, problem_of
from casework.registry.forms import ConfirmForm, SurrenderUploadForm, TradesUploadForm, UploadForm
from casework.registry.import_pages import SheetColumns, columns_of, outcome_of, sentence_of, subject_of
from casework.registry.models import ImportBatch, ImportState
from casework.registry.queries import (
    all_cycles,
    all_years,
    cycle_by_id,
    file_names,
    import_batches,
    import_by_id,
    year_by_id,
)
from casework.registry.tables.remarks import remarked
from casework.registry.tables.words import COLUMNS, Kind
from casework.registry.views import bp
from casework.rules.errors import RuleError
from casework.rules.roles import Permission
from casework.users.queries import names_of
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.lists import Order, count, list_page, whole_list

ORDER = Order({"id": ImportBatch.id}, default="-id", tie=ImportBatch.id)


@bp.get("/imports")
@requires(Permission.REGISTRY_EDIT)
def imports() -> Page:
    """The imports so far, latest first, and where a new one begins."""
    stmt = import_batches()
    listing = list_page(stmt, ORDER, request.args, total=count(stmt))
    return page("registry/imports.html", None, listing=listing, **_beside(listing.rows))


@bp.get("/imports.xlsx")
@requires(Permission.REGISTRY_EDIT)
def imports_export() -> Page:
    """The same list as a workbook."""
    rows = whole_list(import_batches(), ORDER, request.args)
    beside = _beside(rows)
    head = [_("Workbook"), _("For"), _("Outcome"), _("Uploaded by"), _("Uploaded at")]
    body = (
        [
            beside["files"][row.file_id], subject_of(row), sentence_of(row),
            beside["names"].get(row.uploaded_by_id) or _("command line"), row.uploaded_at,
        ]
        for row in rows
    )  # fmt: skip
    return download_list(_("Imports so far"), head, body)


def _beside(batches: Sequence[ImportBatch]) -> dict[str, Any]:
    """What the rows of imports name: their workbooks, and who uploaded them."""
    return {
        "files": file_names(batches),
        "names": names_of({batch.uploaded_by_id for batch in batches}),
        "subject_of": subject_of,
        "sentence_of": sentence_of,
    }


@bp.route("/imports/new/<any(surrender, trades):kind>", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def import_new(kind: str) -> Page:
    """Step one: the file, and which year or cycle it is about."""
    form: Any = SurrenderUploadForm() if kind == Kind.SURRENDER else TradesUploadForm()
    if kind == Kind.SURRENDER:
        form.year_id.choices = [(year.id, year.label) for year in all_years()]
    else:
        form.cycle_id.choices = [(cycle.id, cycle.label) for cycle in all_cycles()]
    if form.validate_on_submit():
        with form.refusals():
            batch = _received(Kind(kind), form)
            return finish(url_for("registry.import_columns", batch_id=batch.id))
    return page("registry/import_new.html", form, kind=kind)


@bp.route("/imports/<int:batch_id>/columns", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def import_columns(batch_id: int) -> Page:
    """Step two begins: what each column holds, for correction, then the dry run."""
    batch, file = _with_file(batch_id)
    kind, form = Kind(batch.kind), ConfirmForm()
    sheets = columns_of(open_table(kind, file.content, file.name), batch.mapping)
    form.open_on(batch)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(batch)
            chosen = _chosen(sheets, kind)
            actions.choose_columns(
                batch, chosen, data=file.content, filename=file.name, by=current_user, now=g.now
            )  # fmt: skip
            return finish(url_for("registry.import_page", batch_id=batch.id))
    return page("registry/import_columns.html", form, batch=batch, file=file, sheets=sheets, fields=COLUMNS[kind])


@bp.get("/imports/<int:batch_id>")
@requires(Permission.REGISTRY_EDIT)
def import_page(batch_id: int) -> Page:
    """Where the import stands: at work, checked, or taken over."""
    batch, file = _with_file(batch_id)
    if batch.state is ImportState.UPLOADED:
        return redirect(url_for("registry.import_columns", batch_id=batch.id))
    return render_template(
        "registry/import_page.html",
        batch=batch,
        file=file,
        outcome=outcome_of(batch),
        sentence=sentence_of(batch),
        given_up=actions.is_given_up(batch),
        form=_opened(batch),
    )


@bp.post("/imports/<int:batch_id>/take-over")
@requires(Permission.REGISTRY_EDIT)
def import_take_over(batch_id: int) -> Page:
    """Step three: take over what the check has shown."""
    batch, form = import_by_id(batch_id), ConfirmForm()
    form.check_version(batch)
    actions.order_take_over(batch, by=current_user, now=g.now)
    return finish(url_for("registry.import_page", batch_id=batch.id))


@bp.post("/imports/<int:batch_id>/drop")
@requires(Permission.REGISTRY_EDIT)
def import_drop(batch_id: int) -> Page:
    """Give an import up."""
    actions.drop(import_by_id(batch_id), by=current_user, now=g.now)
    return finish(url_for("registry.imports"), _("The import was given up; nothing was taken over."))


@bp.get("/imports/<int:batch_id>/remarks.xlsx")
@requires(Permission.REGISTRY_EDIT)
def import_remarks(batch_id: int) -> Page:
    """The workbook back, with what is wrong beside each row."""
    batch, file = _with_file(batch_id)
    table = open_table(Kind(batch.kind), file.content, file.name, batch.mapping)
    problems = [problem_of(facts) for facts in (batch.outcome or {}).get("errors", [])]
    content = remarked(
        file.content,
        table.sheets,
        table.mappings,
        problems,
        head=_("Remark of the check"),
        say=lambda problem: _(
            "%(cell)s: found “%(found)s”, expected %(expected)s",
            cell=problem.cell,
            found=problem.found,
            expected=expected_words(problem, _),
        ),
    )
    return download(content, _("%(name)s with remarks.xlsx", name=file.name.rpartition(".")[0]), XLSX.media_type)


@bp.get("/imports/<int:batch_id>/progress")
@requires(Permission.REGISTRY_EDIT)
def import_progress(batch_id: int) -> Page:
    """How far the background work has got, for the bar on the page."""
    batch = import_by_id(batch_id)
    job = db.session.get(Job, batch.job_id) if batch.job_id else None
    if job is None:
        return jsonify(state="done", done=1, total=1, url=url_for("registry.import_page", batch_id=batch.id))
    words = {"waiting": _("waiting to begin"), "running": _("at work"), "done": _("ready"), "dead": _("given up")}
    return jsonify(
        state=job.state.value,
        done=job.progress_done,
        total=job.progress_total,
        words=words[job.state.value],
        url=url_for("registry.import_page", batch_id=batch.id),
    )


def _chosen(sheets: list[SheetColumns], kind: Kind) -> dict[str, dict[str, str]]:
    """The field a person chose for each column; a sheet without any is not read."""
    known = {column.field.value for column in COLUMNS[kind]}
    chosen = {
        sheet.name: {
            str(column.index): field
            for column in sheet.columns
            if (field := request.form.get(column.input_name, "")) in known
        }
        for sheet in sheets
    }
    return {name: fields for name, fields in chosen.items() if fields}


def _received(kind: Kind, form: Any) -> ImportBatch:
    upload: UploadForm = form
    content, name = upload.file.data.read(), upload.file.data.filename or "table"
    year = year_by_id(form.year_id.data) if kind is Kind.SURRENDER else None
    cycle = cycle_by_id(form.cycle_id.data) if kind is Kind.TRADES else None
    return actions.receive(kind, content, name, year=year, cycle=cycle, by=current_user, now=g.now)


def _with_file(batch_id: int) -> tuple[ImportBatch, StoredFile]:
    batch = import_by_id(batch_id)
    file = db.session.get(StoredFile, batch.file_id)
    if file is None:
        raise RuleError("The workbook of this import is not there any more.")
    return batch, file


def _opened(batch: ImportBatch) -> ConfirmForm:
    form = ConfirmForm()
    form.open_on(batch)
    return form
