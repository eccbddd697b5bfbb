"""Pages of the working deadline: why it is the day it is, extensions, pausing, resuming."""

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.actions.deadlines import deadline_after_pause
from casework.cases.actions.extensions import ask_extension as ask
from casework.cases.actions.extensions import decide_extension as decide
from casework.cases.actions.pauses import pause_case, resume_case
from casework.cases.forms.deadlines import ExtensionDecisionForm, ExtensionForm, PauseForm, ResumeForm
from casework.cases.models import Case
from casework.cases.queries.deadlines import deadline_facts, extension_ceiling
from casework.cases.queries.hanging import asked_extension, extensions_of, open_pause, pauses_of
from casework.cases.queries.one_case import case_for
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.registry.calendar import working_calendar
from casework.rules.explaining import Statutory, explain
from casework.rules.roles import Permission
from casework.settings.queries import setting
from casework.users.models import Scope
from casework.users.queries import absent_colleagues
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.route("/cases/<int:case_id>/extension/ask", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def ask_extension(case_id: int) -> Page:
    """Ask for a later working deadline."""
    case = case_at_hand(case_id)
    form = ExtensionForm()
    form.open_on(case)
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            ask(case, form.new_day.data, form.reason.data, by=current_user, now=g.now, today=g.today)
            return _back(case, _("The extension was asked for. A leader decides on it."))
    return page(
        "cases/extension_ask.html", form, case=case, ceiling=extension_ceiling(case, setting("extension_days_most"))
    )


@bp.route("/cases/<int:case_id>/extension/decide", methods=["GET", "POST"])
@requires(Permission.PLAN_APPROVE)
def decide_extension(case_id: int) -> Page:
    """Grant or refuse the extension that was asked for."""
    case = case_at_hand(case_id)
    extension = asked_extension(case)
    form = ExtensionDecisionForm()
    form.offer(absent_colleagues(current_user, scope=Scope.CASES, now=g.now))
    form.open_on(case)
    if form.validate_on_submit():
        form.check_version(case)
        granted = request.form.get("decision") == "grant"
        with form.refusals():
            decide(
                case, extension, granted=granted, reason=form.reason.data or "", by=current_user, now=g.now,
                today=g.today, on_behalf_of=form.on_behalf_of,
            )  # fmt: skip
            return _back(case, _("The working deadline was extended.") if granted else _("The extension was refused."))
    return page("cases/extension_decide.html", form, case=case, extension=extension)


@bp.route("/cases/<int:case_id>/pause", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def pause(case_id: int) -> Page:
    """Let the case rest."""
    case = case_at_hand(case_id)
    form = PauseForm()
    form.open_on(case)
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            pause_case(case, form.reason.data, form.new_day.data, by=current_user, now=g.now, today=g.today)
            return _back(case, _("The case rests now. Its working deadline moves on by the working days it rests."))
    return page("cases/pause.html", form, case=case)


@bp.route("/cases/<int:case_id>/resume", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def resume(case_id: int) -> Page:
    """Let the case go on."""
    case = case_at_hand(case_id)
    form = ResumeForm()
    form.open_on(case)
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            resume_case(case, form.reason.data or "", by=current_user, now=g.now, today=g.today)
            return _back(case, _("The case goes on. Its working deadline was moved on."))
    after = deadline_after_pause(case, today=g.today).day
    return page("cases/resume.html", form, case=case, pause=open_pause(case), after=after)


@bp.route("/cases/<int:case_id>/deadline")
@requires(Permission.CASE_SEE)
def deadline(case_id: int) -> Page:
    """Explain the working deadline and the statutory one, with every request for an extension."""
    case = case_for(current_user, case_id)
    calendar = working_calendar()
    return page(
        "cases/deadline.html",
        case=case,
        working=explain(deadline_facts(case), calendar),
        statutory=explain(Statutory(case.cycle.deadline), calendar),
        requests=extensions_of(case),
        pauses=pauses_of(case),
    )


def _back(case: Case, message: str) -> Response:
    return finish(url_for("cases.case_page", case_id=case.id), message)
