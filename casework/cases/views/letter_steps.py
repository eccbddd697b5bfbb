"""The steps of a letter."""

from typing import Any

from flask import abort, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions import letter_drafts
from casework.cases.actions import letters as glue
from casework.cases.queries.letters import beside
from casework.cases.views.sign_page import sign_page
from casework.letters.actions import way
from casework.letters.forms import LetterStepForm
from casework.letters.models import Letter
from casework.letters.printing import printed
from casework.letters.queries import letter_for, letter_to_change, standing_of
from casework.letters.views import bp
from casework.registry.calendar import working_calendar
from casework.rules.letter_facts import LetterFacts
from casework.rules.letter_steps import letter_steps_open_to
from casework.rules.letters import LETTER_STEPS, LetterStep
from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.users.models import Scope
from casework.users.queries import absent_colleagues, actor_of
from casework.users.views.confirming import confirm_person
from casework.web.door import requires
from casework.web.forms import Page, finish, page, read_opened

ANY_STEP = (Permission.LETTER_DRAFT, Permission.LETTER_REVIEW, Permission.LETTER_SIGN, Permission.LETTER_REGISTER)


def _render(facts: LetterFacts) -> bytes:
    return printed(facts, current_app.config["SETTINGS"].fonts)


# What comes after a step, for who took it.
NEXT = {
    LetterStep.SUBMIT: N_("A reviewer looks at it next."),
    LetterStep.PASS_REVIEW: N_("A leader signs it next."),
    LetterStep.SIGN: N_("An officer registers and numbers it next; until then the signature can be withdrawn."),
    LetterStep.REGISTER: N_("Print it, have it sealed and dispatch it next."),
    LetterStep.RETURN_FROM_REVIEW: N_("Its drafter amends it and submits it again."),
    LetterStep.RETURN_FROM_SIGNING: N_("Its drafter amends it and submits it again."),
    LetterStep.VOID: N_("The cases that it moved stand below: each can be moved back."),
}


@bp.route("/letters/<int:letter_id>/step/<name>", methods=["GET", "POST"])
@requires(*ANY_STEP)
def letter_step(letter_id: int, name: str) -> Page:
    """Take a step: say what will happen, ask for a reason or the password, do it."""
    if name not in set(LetterStep) or name == LetterStep.EDIT:
        abort(404)
    step, letter = LetterStep(name), letter_for(current_user, letter_id)
    absent = absent_colleagues(current_user, scope=Scope.LETTERS, now=g.now)
    row, back = LETTER_STEPS[step], _back(letter_id)
    form = LetterStepForm.asking(row, absent).apart(step.value)
    if form.validate_on_submit():
        with form.refusals():
            if row.signature:
                confirm_person(form.password.data)
            _take(letter_id, step, form)
            return finish(url_for("letters.to_sign", after=letter_id) if _one_by_one() else back, _told(step, letter))
    form.open_on(letter)
    if _one_by_one() and form.has_errors and (stays := sign_page(letter, form, step)):
        return stays
    possible = any(step in _open_to(letter, who) for who in (None, *absent))
    named = beside(letter.id) if step in ENDINGS else []
    return page("letters/step.html", form, letter=letter, step=step, row=row, possible=possible, named=named, back=back)


ENDINGS = {LetterStep.VOID, LetterStep.REPEAL}


def _one_by_one() -> bool:
    """Tell whether the step is taken from the page that shows what waits for a signature, one after another."""
    return request.form.get("onward") == "sign"


def _back(letter_id: int) -> str:
    return url_for("letters.to_sign_one" if _one_by_one() else "letters.letter_page", letter_id=letter_id)


def _told(step: LetterStep, letter: Letter) -> str:
    done = _("Done: %(step)s.", step=_(step.label))
    if _one_by_one():
        done = _("%(letter)s. Done: %(step)s.", letter=letter.title, step=_(step.label))
    return f"{done} {_(NEXT[step])}" if step in NEXT else str(done)


def _open_to(letter: Letter, on_behalf_of: Any) -> tuple[LetterStep, ...]:
    return letter_steps_open_to(standing_of(letter), by=actor_of(current_user, on_behalf_of=on_behalf_of))


def _take(letter_id: int, step: LetterStep, form: LetterStepForm) -> None:
    version = read_opened(form.opened.data)["version"]
    reason, behalf = form.reason.data or "", form.on_behalf_of
    doing: dict[str, Any] = {"by": current_user, "now": g.now}
    if step is LetterStep.SIGN:
        glue.sign_letter(
            letter_id, version, calendar=working_calendar(), today=g.today, reason=reason, on_behalf_of=behalf, **doing
        )
    elif step is LetterStep.REGISTER:
        glue.register_letter(letter_id, version, render=_render, today=g.today, **doing)
    elif step in ENDINGS:
        glue.end_letter(letter_id, step, version, reason=reason, on_behalf_of=behalf, **doing)
    else:
        letter = letter_to_change(current_user, letter_id)
        way.check_unchanged(letter, version)
        _take_plainly(letter, step, reason, behalf, doing)


def submit_draft(letter: Letter) -> str:
    """Submit a draft for review, and say what comes next."""
    letter_drafts.submit(letter, render=_render, calendar=working_calendar(), by=current_user, now=g.now, today=g.today)
    return _told(LetterStep.SUBMIT, letter)


def _take_plainly(letter: Letter, step: LetterStep, reason: str, behalf: Any, doing: dict[str, Any]) -> None:
    if step is LetterStep.SUBMIT:
        submit_draft(letter)
    elif step is LetterStep.PASS_REVIEW:
        way.pass_review(letter, reason=reason, **doing)
    elif step is LetterStep.WITHDRAW_SIGNATURE:
        way.withdraw_signature(letter, reason=reason, on_behalf_of=behalf, **doing)
    else:
        way.take_letter_step(letter, step, reason=reason, on_behalf_of=behalf, **doing)
