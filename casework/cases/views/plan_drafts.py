"""Pages on which a relief plan is written."""

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.actions import plans as actions
from casework.cases.forms.plans import PlanForm
from casework.cases.models import Case, Plan
from casework.cases.queries.hanging import latest_plan, plan_of
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.cases.views.planner import measures_of_mix
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page
from casework.web.typed import Typed, done, restore


@bp.route("/cases/<int:case_id>/plans/new", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def new_plan(case_id: int) -> Page:
    """Begin a version of the relief plan, from a mix of the planner or from the one before where there is one."""
    case = case_at_hand(case_id)
    before, code = latest_plan(case), request.args.get("mix", "")
    mix = measures_of_mix(case, code) if code else None
    earlier = _as_typed(before) if before else {}
    form = PlanForm(data=earlier | mix if mix else earlier)
    typed = restore(form, f"plan-new-{case.id}-{code}" if mix else f"plan-new-{case.id}", case)
    if not form.change_rows() and form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            plan = actions.draft_plan(case, **form.facts(), by=current_user, now=g.now)
            return _saved(case, plan, typed)
    return page("cases/plan_draft.html", form, case=case, typed=typed, plan=None, before=before)


@bp.route("/cases/<int:case_id>/plans/<int:plan_id>/edit", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def edit_plan(case_id: int, plan_id: int) -> Page:
    """Write the draft of a plan."""
    case = case_at_hand(case_id)
    plan = plan_of(case, plan_id)
    form = PlanForm(data=_as_typed(plan))
    typed = restore(form, f"plan-{plan.id}", plan)
    if not form.change_rows() and form.validate_on_submit():
        form.check_version(plan, _as_typed(plan))
        with form.refusals():
            actions.edit_plan(case, plan, **form.facts(), by=current_user, now=g.now)
            return _saved(case, plan, typed)
    return page("cases/plan_draft.html", form, case=case, typed=typed, plan=plan, before=None)


def _saved(case: Case, plan: Plan, typed: Typed) -> Response:
    """Submit the draft where that was asked for, and go to its page."""
    message = _("The draft was saved. Submit it when its measures cover the shortfall.")
    if request.form.get("then") == "submit":
        actions.submit_plan(case, plan, by=current_user, now=g.now)
        message = _("The plan was submitted. A leader decides on it.")
    return done(typed, url_for("cases.plan", case_id=case.id, plan_id=plan.id), message)


def _as_typed(plan: Plan) -> dict[str, object]:
    """Return the plan as its form shows it."""
    names = ("amount", "responsible", "due_day", "note")
    measures = [
        {"kind": row.kind.value, "tonnes": row.tonnes or None, **{name: getattr(row, name) for name in names}}
        for row in plan.measures
    ]
    return {"summary": plan.summary, "measures": measures}
