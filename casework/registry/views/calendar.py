"""The working calendar: a year as twelve months, entering the year that was announced, and what that changed."""

from itertools import islice
from typing import cast

from flask import abort, g, jsonify, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.db import db
from casework.files.views import download_list
from casework.jobs.models import Job
from casework.registry.actions.calendar import RECOUNT, enter_year, take_back_year
from casework.registry.actions.followers import foreseen
from casework.registry.calendar import working_calendar
from casework.registry.calendar_forms import DayForm, YearForm
from casework.registry.calendar_pages import YearPage, year_page, years_to_choose
from casework.registry.forms import ConfirmForm
from casework.registry.views import bp
from casework.registry.views.page_parts import tabs
from casework.rules.calendar_days import DayKind, as_lines, changed_days, kind_of, with_day
from casework.rules.deadlines import CalendarYear, WorkingCalendar
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page

FORESEEN_MOST = 50


@bp.get("/calendar")
@requires(Permission.REGISTRY_SEE, Permission.SETTINGS_EDIT)
def calendar_now() -> Page:
    """Lead to the page of this year."""
    return redirect(url_for("registry.calendar", year=g.today.year))


@bp.get("/calendar/<int:year>")
@requires(Permission.REGISTRY_SEE, Permission.SETTINGS_EDIT)
def calendar(year: int) -> Page:
    """Show a year as twelve months with its holidays and make-up days."""
    form = ConfirmForm()
    found = year_page(year, today=g.today)
    form.open_on(found)
    return page(
        "registry/calendar.html",
        form,
        year=found,
        year_tabs=[
            (
                str(one) if known else _("%(year)s not announced", year=str(one)),
                url_for(".calendar", year=one),
                one == year,
            )
            for one, known in years_to_choose(year, today=g.today)
        ],
        may_edit=current_user.may(Permission.SETTINGS_EDIT),
        tabs=tabs(),
    )


@bp.get("/calendar/<int:year>.xlsx")
@requires(Permission.REGISTRY_SEE, Permission.SETTINGS_EDIT)
def calendar_export(year: int) -> Page:
    """Give the days of a year as a workbook, which can be changed and taken in again."""
    days = year_page(year, today=g.today).days
    words = {DayKind.HOLIDAY: "放假", DayKind.MAKE_UP: "上班"}
    marked = sorted(days.holidays | days.make_up_days)
    rows = [(day, words[cast(DayKind, kind_of(day, days))], days.names.get(day, "")) for day in marked]
    return download_list(_("Working calendar %(year)s", year=str(year)), [_("Day"), _("Kind"), _("Festival")], rows)


@bp.route("/calendar/<int:year>/days", methods=["GET", "POST"])
@requires(Permission.SETTINGS_EDIT)
def calendar_enter(year: int) -> Page:
    """Enter a year: read file or text, show what would change, then take it over in one act."""
    found = year_page(year, today=g.today)
    form = YearForm(days=as_lines(found.days))
    form.open_on(found)
    entered = None
    if form.validate_on_submit():
        with form.refusals():
            entered = form.read(year)
            if request.form.get("then") == "enter" and form.was_checked(as_lines(entered)):
                form.check_version(found, {"days": as_lines(found.days)})
                return _entered(year, enter_year(year, entered, version=found.version, by=current_user, now=g.now))
            form.show(as_lines(entered), form.days)
    return page("registry/calendar_enter.html", form, year=found, check=_check(found, entered))


def _check(found: YearPage, entered: CalendarYear | None) -> dict[str, object] | None:
    """Return what would change: the days, and the deadlines that were counted with them."""
    if entered is None:
        return None
    known = working_calendar()
    deadlines = list(islice(foreseen(WorkingCalendar({**known.years, found.number: entered})), FORESEEN_MOST + 1))
    return {
        "days": changed_days(found.days, entered),
        "deadlines": deadlines[:FORESEEN_MOST],
        "more": len(deadlines) > FORESEEN_MOST,
        "news": not found.announced or entered != found.days,
    }


@bp.route("/calendar/<int:year>/day", methods=["GET", "POST"])
@requires(Permission.SETTINGS_EDIT)
def calendar_day(year: int) -> Page:
    """Enter one day otherwise, or take it out."""
    found = year_page(year, today=g.today)
    form = DayForm()
    form.start_at(request.args.get("day", ""), found.days)
    form.open_on(found)
    if form.validate_on_submit():
        form.check_version(found)
        with form.refusals():
            days = with_day(found.days, form.day_of(year), form.chosen_kind, form.name.data or "")
            return _entered(year, enter_year(year, days, version=found.version, by=current_user, now=g.now))
    return page("registry/calendar_day.html", form, year=found)


@bp.post("/calendar/<int:year>/take-back")
@requires(Permission.SETTINGS_EDIT)
def calendar_take_back(year: int) -> Page:
    """Take back what was entered for a year."""
    form, found = ConfirmForm(), year_page(year, today=g.today)
    form.check_version(found)
    return _entered(year, take_back_year(year, version=found.version, by=current_user, now=g.now))


def _entered(year: int, job: Job) -> Response:
    return finish(url_for("registry.calendar_result", year=year, job_id=job.id), _("The calendar was changed."))


@bp.get("/calendar/<int:year>/result/<int:job_id>")
@requires(Permission.SETTINGS_EDIT)
def calendar_result(year: int, job_id: int) -> Page:
    """Show which deadlines the change of the calendar moved."""
    return page("registry/calendar_result.html", year=year_page(year, today=g.today), job=_recount(job_id))


@bp.get("/calendar/<int:year>/result/<int:job_id>/progress")
@requires(Permission.SETTINGS_EDIT)
def calendar_progress(year: int, job_id: int) -> Page:
    """How far the counting has got, for the bar on the page."""
    job = _recount(job_id)
    here = url_for("registry.calendar_result", year=year, job_id=job.id)
    return jsonify(state=job.state.value, done=job.progress_done, total=job.progress_total, url=here)


def _recount(job_id: int) -> Job:
    job = db.session.get(Job, job_id)
    if job is None or job.kind != RECOUNT:
        abort(404)
    return job
