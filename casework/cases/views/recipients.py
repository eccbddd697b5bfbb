"""What happens with the recipients of a letter: dispatch, receipt, reply, and the verdict on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response as DownloadResponse
from flask import abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.actions import letters as glue
from casework.cases.queries.letters import verdicts_on
from casework.cases.queries.one_case import case_for
from casework.db import db
from casework.files.actions import store_upload
from casework.files.models import StoredFile
from casework.files.views import download_file
from casework.letters.actions import recipients
from casework.letters.forms import AcknowledgeForm, DispatchForm, ReceiptForm, ReplyForm, VerdictForm
from casework.letters.models import Letter, Recipient
from casework.letters.queries import letter_for, letter_to_change, recipient_to_change, recipients_seen
from casework.letters.views import bp
from casework.rules.errors import NotFound, RuleError
from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.web.door import requires
from casework.web.fields import FilesField
from casework.web.forms import Form, Page, finish, page


def _dispatch(form: Any, row: Recipient, doing: dict[str, Any]) -> None:
    recipient = recipient_to_change(current_user, row.id)
    recipients.dispatch(recipient, day=form.day.data, way=form.way.data, **doing)


def _acknowledge(_form: Any, row: Recipient, doing: dict[str, Any]) -> None:
    recipients.acknowledge(recipient_to_change(current_user, row.id), **doing)


def _receipt(form: Any, row: Recipient, doing: dict[str, Any]) -> None:
    recipient = recipient_to_change(current_user, row.id)
    scan = next(iter(_kept(form.scan)), None)
    recipients.record_receipt(recipient, day=form.day.data, name=form.name.data, scan=scan, **doing)


def _reply(form: Any, row: Recipient, doing: dict[str, Any]) -> None:
    day = form.day.data if "day" in form else doing["today"]
    glue.take_reply(row.letter_id, row.id, day=day, text=form.text.data or "", files=_kept(form.files), **doing)


@dataclass(frozen=True)
class Deed:
    """One thing that happens with a recipient: its title, what it asks for, and what it does."""

    title: str
    form: type[Form]
    do: Callable[[Any, Recipient, dict[str, Any]], None]


DEEDS = {
    "dispatch": Deed(N_("Dispatch the letter"), DispatchForm, _dispatch),
    "acknowledge": Deed(N_("Acknowledge the letter"), AcknowledgeForm, _acknowledge),
    "receipt": Deed(N_("Record a paper receipt"), ReceiptForm, _receipt),
    "reply": Deed(N_("Answer the letter"), ReplyForm, _reply),
}


@bp.route("/letters/<int:letter_id>/recipient/<int:recipient_id>/<name>", methods=["GET", "POST"])
@requires(Permission.LETTER_REGISTER, Permission.LETTER_ANSWER)
def recipient_deed(letter_id: int, recipient_id: int, name: str) -> Page:
    """Dispatch, acknowledge, record a receipt, take a reply."""
    deed, letter = DEEDS.get(name) or abort(404), letter_for(current_user, letter_id)
    recipient = recipient_in(letter, recipient_id)
    form = deed.form(day=g.today)
    if isinstance(form, DispatchForm) and recipient.enterprise_id:
        form.without_system()
    if isinstance(form, ReplyForm) and current_user.may(Permission.LETTER_ANSWER):
        form.for_today()
    if form.validate_on_submit():
        form.check_version(recipient)
        with form.refusals():
            deed.do(form, recipient, {"by": current_user, "now": g.now, "today": g.today})
            done = _("Done: %(step)s.", step=_(deed.title))
            return finish(url_for("letters.letter_page", letter_id=letter.id), done)
    form.open_on(recipient)
    said = verdicts_on([recipient]).get(recipient.id, []) if name == "reply" else []
    return page("letters/deed.html", form, letter=letter, recipient=recipient, title=deed.title, said=said)


@bp.route("/letters/<int:letter_id>/dispatch", methods=["GET", "POST"])
@requires(Permission.LETTER_REGISTER)
def dispatch_all(letter_id: int) -> Page:
    """Dispatch a letter in one act to everybody to whom it did not go yet."""
    letter, form = letter_for(current_user, letter_id), DispatchForm(day=g.today)
    waiting = [one for one in letter.recipients if one.dispatched_day is None]
    if any(one.enterprise_id for one in waiting):
        form.without_system()
    if form.validate_on_submit():
        letter = letter_to_change(current_user, letter_id)
        form.check_version(letter)
        with form.refusals():
            many = recipients.dispatch_all(
                letter, day=form.day.data, way=form.way.data, by=current_user, now=g.now, today=g.today
            )
            done = ngettext(
                "The letter went out to %(num)s recipient.", "The letter went out to %(num)s recipients.", many
            )
            return finish(url_for("letters.letter_page", letter_id=letter.id), done)
    form.open_on(letter)
    return page("letters/dispatch.html", form, letter=letter, waiting=waiting)


def recipient_in(letter: Letter, recipient_id: int) -> Recipient:
    """Return the recipient with that number, of those the reader may see, or answer that there is none."""
    recipient = next((one for one in recipients_seen(letter, current_user) if one.id == recipient_id), None)
    if recipient is None:
        raise NotFound(N_("There is no such letter, or it did not go to your region."))
    return recipient


@bp.route("/letters/<int:letter_id>/recipient/<int:recipient_id>/file/<name>")
@requires(Permission.LETTER_SEE)
def recipient_file(letter_id: int, recipient_id: int, name: str) -> DownloadResponse:
    """Hand out the scan of a receipt, or a file of a reply as it came."""
    recipient = recipient_in(letter_for(current_user, letter_id), recipient_id)
    file_ids = {f"reply-{one.id}": one.file_id for one in recipient.reply_files}
    file_id = recipient.receipt_file_id if name == "receipt" else file_ids.get(name)
    return download_file(db.session.get(StoredFile, file_id or 0) or abort(404))


def _kept(field: FilesField) -> list[StoredFile]:
    """Keep what came in a field; the refusal of a file stands at the field and names it."""
    found = []
    for one in field.uploads:
        try:
            found.append(store_upload(one.content, one.name, by=current_user, now=g.now))
        except RuleError as error:
            raise RuleError(error.message, field=field.name, **error.params) from None
    return found


@bp.route("/letters/<int:letter_id>/recipient/<int:recipient_id>/verdict/<int:case_id>", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def verdict(letter_id: int, recipient_id: int, case_id: int) -> Response | Page:
    """Say for one case whether the reply is accepted."""
    letter = letter_for(current_user, letter_id)
    recipient = recipient_in(letter, recipient_id)
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
    return page("letters/verdict.html", form, letter=letter, recipient=recipient, case=case_for(current_user, case_id))
