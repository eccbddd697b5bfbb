"""A version of the relief plan: reading it, deciding on it, carrying it out."""

from flask import abort, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases import plan_paper as paper
from casework.cases.actions import plans as actions
from casework.cases.forms.plans import MeasureDoneForm, PlanDecisionForm, PlanFailedForm, PlanSubmitForm
from casework.cases.queries.hanging import measure_of, plan_of
from casework.cases.queries.one_case import case_for
from casework.cases.queries.plan_check import check_of
from casework.cases.queries.relief import cost_of_buying, cost_of_default, relief_of, shortage
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.files.kinds import XLSX
from casework.files.views import download
from casework.rules.roles import Permission
from casework.settings.queries import setting
from casework.users.models import Scope
from casework.users.queries import absent_colleagues
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.route("/cases/<int:case_id>/relief")
@requires(Permission.CASE_SEE)
def relief(case_id: int) -> Page:
    """Show which relief the rules leave open to the unit, how much, why not, and what a default costs."""
    case = case_for(current_user, case_id)
    years = relief_of(case)
    short = shortage(years)
    return page(
        "cases/relief.html",
        case=case,
        years=years,
        short=short,
        buying=cost_of_buying(short, today=g.today),
        default=cost_of_default(case, short),
    )


@bp.route("/cases/<int:case_id>/plans/<int:plan_id>")
@requires(Permission.CASE_SEE)
def plan(case_id: int, plan_id: int) -> Page:
    """Show a version of the plan with what can be done with it."""
    case = case_for(current_user, case_id)
    found = plan_of(case, plan_id)
    return page("cases/plan.html", None, case=case, plan=found, check=check_of(case, found), today=g.today)


@bp.route("/cases/<int:case_id>/plans/<int:plan_id>.<kind>")
@requires(Permission.CASE_SEE)
def plan_file(case_id: int, plan_id: int, kind: str) -> Response:
    """Give a version of the plan as PDF for the meeting, or as a workbook."""
    case = case_for(current_user, case_id)
    found = plan_of(case, plan_id)
    if kind not in {"xlsx", "pdf"}:
        abort(404)
    check, title = check_of(case, found), f"{paper.title_of(case, found)} {g.today}.{kind}"
    if kind == "xlsx":
        return download(paper.plan_workbook(case, found, check), title, XLSX.media_type)
    pdf = paper.plan_pdf(
        case, found, check, cost_of_default(case, check.sums.short), organ=setting("organ"), today=g.today,
        fonts=current_app.config["SETTINGS"].fonts,
    )  # fmt: skip
    return download(pdf, title, "application/pdf")


@bp.route("/cases/<int:case_id>/plans/<int:plan_id>/submit", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def submit_plan(case_id: int, plan_id: int) -> Page:
    """Put a saved draft before a leader."""
    case = case_at_hand(case_id)
    found = plan_of(case, plan_id)
    form = PlanSubmitForm()
    form.open_on(found)
    if form.validate_on_submit():
        form.check_version(found)
        with form.refusals():
            actions.submit_plan(case, found, by=current_user, now=g.now)
            back = url_for("cases.plan", case_id=case.id, plan_id=found.id)
            return finish(back, _("The plan was submitted. A leader decides on it."))
    return page("cases/plan_submit.html", form, case=case, plan=found, check=check_of(case, found), today=g.today)


@bp.route("/cases/<int:case_id>/plans/<int:plan_id>/decide", methods=["GET", "POST"])
@requires(Permission.PLAN_APPROVE)
def decide_plan(case_id: int, plan_id: int) -> Page:
    """Approve a plan or return it."""
    case = case_at_hand(case_id)
    found = plan_of(case, plan_id)
    form = PlanDecisionForm()
    form.offer(absent_colleagues(current_user, scope=Scope.CASES, now=g.now))
    form.open_on(found)
    if form.validate_on_submit():
        form.check_version(found)
        approved = request.form.get("decision") == "approve"
        with form.refusals():
            reason, behalf = form.reason.data or "", form.on_behalf_of
            actions.decide_plan(
                case, found, approved=approved, reason=reason, by=current_user, now=g.now, on_behalf_of=behalf
            )
            message = _("The plan was approved.") if approved else _("The plan was returned to its author.")
            return finish(url_for("cases.plan", case_id=case.id, plan_id=found.id), message)
    return page("cases/plan_decide.html", form, case=case, plan=found, check=check_of(case, found), today=g.today)


@bp.route("/cases/<int:case_id>/plans/<int:plan_id>/failed", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def fail_plan(case_id: int, plan_id: int) -> Page:
    """Note that an approved plan failed."""
    case = case_at_hand(case_id)
    found = plan_of(case, plan_id)
    form = PlanFailedForm()
    form.open_on(found)
    if form.validate_on_submit():
        form.check_version(found)
        with form.refusals():
            actions.fail_plan(case, found, form.reason.data, by=current_user, now=g.now)
            back = url_for("cases.plan", case_id=case.id, plan_id=found.id)
            return finish(back, _("Noted: the plan failed. A new version or a supervision letter can follow."))
    return page("cases/plan_failed.html", form, case=case, plan=found)


@bp.route("/cases/<int:case_id>/measures/<int:measure_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def finish_measure(case_id: int, measure_id: int) -> Page:
    """Note when a measure was done and what it brought."""
    case = case_at_hand(case_id)
    found, measure = measure_of(case, measure_id)
    form = MeasureDoneForm(
        done_day=measure.done_day or g.today,
        done_tonnes=measure.tonnes if measure.done_tonnes is None else measure.done_tonnes,
    )
    form.open_on(found)
    if form.validate_on_submit():
        form.check_version(found)
        with form.refusals():
            actions.finish_measure(
                case, found, measure, done_day=form.done_day.data, done_tonnes=form.done_tonnes.data,
                by=current_user, now=g.now, today=g.today,
            )  # fmt: skip
            return finish(url_for("cases.plan", case_id=case.id, plan_id=found.id), _("Noted as done."))
    return page("cases/measure.html", form, case=case, plan=found, measure=measure)
