"""The steps of a letter, and what happens with its recipients."""

from typing import Any

from flask import abort, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.audit.actions import commit, roll_back
from casework.cases.actions import letters as glue
from casework.files.actions import store_upload
from casework.files.models import StoredFile
from casework.letters.actions import recipients, way
from casework.letters.forms import AcknowledgeForm, DispatchForm, LetterStepForm, ReceiptForm, ReplyForm, VerdictForm
from casework.letters.models import Letter
from casework.letters.printing import printed
from casework.letters.queries import letter_for, letter_to_change, recipient_to_change, standing_of
from casework.letters.views import bp
from casework.registry.calendar import working_calendar
from casework.rules.errors import NotFound, RuleError
from casework.rules.letter_facts import LetterFacts
from casework.rules.letter_steps import letter_steps_open_to
from casework.rules.letters import LETTER_STEPS, LetterStep
from casework.rules.roles import Permission
from casework.users.actions.signing_in import confirms_identity, note_unconfirmed
from casework.users.queries import absent_colleagues, account_by_id, actor_of
from casework.web.door import requires
from casework.web.fields import FilesField
from casework.web.forms import Form, Page, finish, page, read_opened

ANY_STEP = (Permission.LETTER_DRAFT, Permission.LETTER_REVIEW, Permission.LETTER_SIGN, Permission.LETTER_REGISTER)


def _render(facts: LetterFacts) -> bytes:
    return printed(facts, current_app.config["SETTINGS"].fonts)


@bp.route("/letters/<int:letter_id>/step/<name>", methods=["GET", "POST"])
@requires(*ANY_STEP)
def letter_step(letter_id: int, name: str) -> Page:
    """Take a step: say what will happen, ask for a reason or the password, do it."""
    if name not in set(LetterStep) or name == LetterStep.EDIT:
        abort(404)
    step, letter = LetterStep(name), letter_for(current_user, letter_id)
    absent = absent_colleagues(current_user, now=g.now)
    open_steps = {one for who in (None, *absent) for one in _open_to(letter, who)}
    row = LETTER_STEPS[step]
    form = LetterStepForm.asking(reason=row.reason, password=step is LetterStep.SIGN, absent=absent)
    if form.validate_on_submit():
        with form.refusals():
            _confirm_person(form, step)
            _take(letter_id, step, form)
            return finish(url_for("letters.letter_page", letter_id=letter_id), _("Done: %(step)s.", step=_(row.label)))
    form.open_on(letter)
    return page("letters/step.html", form, letter=letter, step=step, row=row, possible=step in open_steps)


def _open_to(letter: Letter, on_behalf_of: Any) -> tuple[LetterStep, ...]:
    return letter_steps_open_to(standing_of(letter), by=actor_of(current_user, on_behalf_of=on_behalf_of))


def _confirm_person(form: LetterStepForm, step: LetterStep) -> None:
    """A signature is confirmed by the password or a code of the second factor; a wrong one is counted."""
    if step is not LetterStep.SIGN:
        return
    account, address = account_by_id(current_user.id), (request.remote_addr or "")[:64]
    if confirms_identity(account, form.password.data, address=address, now=g.now):
        return
    roll_back()  # the form keeps its token, so that it can be sent again
    note_unconfirmed(account, address=address, now=g.now)
    commit()
    raise RuleError("The password is not right.", field="password")


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
    elif step in {LetterStep.VOID, LetterStep.REPEAL}:
        glue.end_letter(letter_id, step, version, reason=reason, on_behalf_of=behalf, **doing)
    else:
        letter = letter_to_change(current_user, letter_id)
        way.check_unchanged(letter, version)
        _take_plainly(letter, step, reason, behalf, doing)


def _take_plainly(letter: Letter, step: LetterStep, reason: str, behalf: Any, doing: dict[str, Any]) -> None:
    if step is LetterStep.SUBMIT:
        way.submit(letter, render=_render, calendar=working_calendar(), today=g.today, **doing)
    elif step is LetterStep.PASS_REVIEW:
        way.pass_review(letter, reason=reason, **doing)
    elif step is LetterStep.WITHDRAW_SIGNATURE:
        way.withdraw_signature(letter, reason=reason, on_behalf_of=behalf, **doing)
    else:
        way.take_letter_step(letter, step, reason=reason, on_behalf_of=behalf, **doing)


@bp.route("/letters/<int:letter_id>/recipient/<int:recipient_id>/<deed>", methods=["GET", "POST"])
@requires(Permission.LETTER_REGISTER, Permission.LETTER_ANSWER)
def recipient_deed(letter_id: int, recipient_id: int, deed: str) -> Page:
    """Dispatch, acknowledge, record a receipt, take a reply."""
    if deed not in DEEDS:
        abort(404)
    title, form_class = DEEDS[deed]
    letter = letter_for(current_user, letter_id)
    recipient = next((one for one in letter.recipients if one.id == recipient_id), None)
    if recipient is None:
        raise NotFound("There is no such letter, or it did not go to your region.")
    form = form_class(day=g.today)
    if form.validate_on_submit():
        form.check_version(recipient)
        with form.refusals():
            _do(deed, form, letter.id, recipient_id)
            return finish(url_for("letters.letter_page", letter_id=letter.id), _("Done: %(step)s.", step=_(title)))
    form.open_on(recipient)
    return page("letters/deed.html", form, letter=letter, recipient=recipient, title=title)


DEEDS: dict[str, tuple[str, type[Form]]] = {
    "dispatch": ("Dispatch the letter", DispatchForm),
    "acknowledge": ("Acknowledge the letter", AcknowledgeForm),
    "receipt": ("Record a paper receipt", ReceiptForm),
    "reply": ("Answer the letter", ReplyForm),
}


def _do(deed: str, form: Any, letter_id: int, recipient_id: int) -> None:
    doing: dict[str, Any] = {"by": current_user, "now": g.now, "today": g.today}
    if deed == "reply":
        glue.take_reply(
            letter_id, recipient_id, day=form.day.data, text=form.text.data or "", file=_kept(form.file), **doing
        )
        return
    recipient = recipient_to_change(current_user, recipient_id)
    if deed == "dispatch":
        recipients.dispatch(recipient, day=form.day.data, way=form.way.data, **doing)
    elif deed == "acknowledge":
        recipients.acknowledge(recipient, **doing)
    else:
        recipients.record_receipt(
            recipient, day=form.day.data, name=form.name.data, scan=_kept(form.scan), **doing
        )  # fmt: skip


def _kept(field: FilesField) -> StoredFile | None:
    uploads = field.uploads
    return store_upload(uploads[0].content, uploads[0].name, by=current_user, now=g.now) if uploads else None


@bp.route("/letters/<int:letter_id>/recipient/<int:recipient_id>/verdict/<int:case_id>", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def verdict(letter_id: int, recipient_id: int, case_id: int) -> Response | Page:
    """Say for one case whether the reply is accepted."""
    letter = letter_for(current_user, letter_id)
    recipient = next((one for one in letter.recipients if one.id == recipient_id), None) or abort(404)
    form = VerdictForm()
    if form.validate_on_submit():
        accepted = request.form.get("decision") == "accept"
        with form.refusals():
            glue.judge_reply(
                recipient_to_change(current_user, recipient_id), case_id, accepted=accepted,
                reason=form.reason.data or "", by=current_user, now=g.now,
            )  # fmt: skip
            message = _("The reply was accepted.") if accepted else _("The reply was not accepted.")
            return finish(url_for("letters.letter_page", letter_id=letter.id), message)
    return page("letters/verdict.html", form, letter=letter, recipient=recipient)
