"""The page of one case, and the steps taken from it."""

from typing import Any

from flask import abort, g, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.actions import listing, own_steps
from casework.cases.actions.steps import take_step
from casework.cases.forms.steps import StepForm
from casework.cases.models import Case
from casework.cases.queries.facts import facts_of
from casework.cases.queries.hanging import everything_on
from casework.cases.queries.history import history_of, states_passed
from casework.cases.queries.letters import letters_seen
from casework.cases.queries.one_case import case_for
from casework.cases.queries.owed import owed_by
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.letters.queries import is_department
from casework.letters.stages import stages_of
from casework.rules.errors import RuleError
from casework.rules.roles import Permission, Role
from casework.rules.workflow import NOT_FROM_HERE, STEPS, Ending, OpenStep, State, Step, refusal, steps_open_to
from casework.users.models import Scope
from casework.users.queries import absent_colleagues, account_by_id, actor_of, people_with
from casework.web.door import requires
from casework.web.forms import Page, finish, page, say

# Steps with a page of their own; the others share the one below.
OWN_PAGES = {
    Step.NOTE: "cases.new_note",
    Step.VISIT: "cases.new_visit",
    Step.PENALTY: "cases.new_penalty",
    Step.PAUSE: "cases.pause",
    Step.RESUME: "cases.resume",
    Step.ASK_EXTENSION: "cases.ask_extension",
    Step.GRANT_EXTENSION: "cases.decide_extension",
    Step.REFUSE_EXTENSION: "cases.decide_extension",
}
BY_LETTER = {Step.URGE, Step.SUPERVISE}


@bp.route("/cases/<int:case_id>")
@requires(Permission.CASE_SEE)
def case_page(case_id: int) -> Page:
    """Show where a case stands and what can be done now."""
    case = case_for(current_user, case_id)
    history, letters = history_of(case.id), letters_seen(case.id, current_user)
    return page(
        "cases/case_page.html",
        case=case,
        years=owed_by(case),
        states=list(State),
        been=states_passed(history),
        history=history,
        steps=_buttons(case),
        hanging=everything_on(case),
        letters=letters,
        stages=stages_of(letters, [one.id for one in letters], current_user),
        insider=is_department(current_user),
        today=g.today,
    )


def _open_steps(case: Case) -> list[OpenStep]:
    """Return the steps of the person at the screen, in the own name or for an absent colleague."""
    facts = facts_of(case, today=g.today, now=g.now)
    found: dict[Step, OpenStep] = {}
    for absent in (None, *absent_colleagues(current_user, scope=Scope.CASES, now=g.now)):
        for one in steps_open_to(actor_of(current_user, on_behalf_of=absent), facts):
            if one.step not in found or (one.allowed and not found[one.step].allowed):
                found[one.step] = one
    return list(found.values())


def _buttons(case: Case) -> list[tuple[str, str, str | None, bool]]:
    """Return label, address, reason and rank of each button: the primary one first, greyed ones last."""
    steps = [one for one in _open_steps(case) if one.step is not Step.REFUSE_EXTENSION] if _takes_steps() else []
    first = next((one for one in steps if one.primary), None)
    steps.sort(key=lambda one: (one is not first, not one.allowed))
    return [
        (_(one.step.label), _place(case, one), say(one.why_not) if one.why_not else None, one is first)
        for one in steps
    ]  # fmt: skip


def _takes_steps() -> bool:
    return bool(current_user.may(Permission.CASE_STEP))


def _place(case: Case, open_step: OpenStep) -> str:
    endpoint = OWN_PAGES.get(open_step.step)
    if endpoint:
        return url_for(endpoint, case_id=case.id)
    return url_for("cases.step", case_id=case.id, name=open_step.step.value)


@bp.route("/cases/<int:case_id>/step/<name>", methods=["GET", "POST"])
@requires(Permission.CASE_STEP)
def step(case_id: int, name: str) -> Page:
    """Take a step: say what will happen, ask for what it needs, do it."""
    if name not in set(Step) or Step(name) in OWN_PAGES or Step(name) in BY_LETTER:
        abort(404)
    wanted = Step(name)
    case = case_at_hand(case_id)
    officers = people_with(Role.OFFICER) if wanted is Step.ASSIGN else []
    form = StepForm.asking(STEPS[wanted], officers, absent_colleagues(current_user, scope=Scope.CASES, now=g.now))
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            return _taken(case, wanted, form)
    _refuse_unless_open(case, wanted)
    form.open_on(case)
    return page("cases/step.html", form, case=case, rule=STEPS[wanted])


def _refuse_unless_open(case: Case, wanted: Step) -> None:
    """Say before anything is typed why a step is not possible now."""
    offered = next((one for one in _open_steps(case) if one.step is wanted), None)
    if offered is None:
        actor = actor_of(current_user)
        raise refusal(wanted, facts_of(case, today=g.today, now=g.now), actor) or RuleError(NOT_FROM_HERE)
    if offered.why_not is not None:
        raise offered.why_not


def _ending(ending: Ending) -> dict[str, Any]:
    return {"ending": ending, "details": {"ending": [None, ending.label]}}


def _taken(case: Case, wanted: Step, form: StepForm) -> Response:
    doing: dict[str, Any] = {"by": current_user, "now": g.now, "today": g.today}
    reason = form.reason.data or ""
    if wanted is Step.ASSIGN:
        listing.assign(case, account_by_id(int(form.officer.data)), reason=reason, **doing)
    elif wanted is Step.SETTLE:
        own_steps.settle(case, form.evidence.uploads, reason, **doing)
    elif wanted is Step.REOPEN:
        own_steps.reopen(case, form.new_day.data, reason, on_behalf_of=form.on_behalf_of, **doing)
    else:
        if wanted is Step.CONCLUDE:
            doing |= _ending(Ending(form.ending.data))
        take_step(case, wanted, reason=reason, on_behalf_of=form.on_behalf_of, **doing)
    return finish(
        url_for("cases.case_page", case_id=case.id), _("Done: %(step)s.", step=_(STEPS[wanted].step.label))
    )  # fmt: skip
