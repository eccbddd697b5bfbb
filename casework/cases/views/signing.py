"""The leader's pages: what waits for a signature, one letter after another, and signing those that were looked at."""

from flask import g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.actions import letters as glue
from casework.cases.views.sign_page import looked_at, sign_page
from casework.letters.forms import SignatureForm
from casework.letters.models import Letter
from casework.letters.queries import letter_for, waiting_for
from casework.letters.views import bp
from casework.registry.calendar import working_calendar
from casework.rules.errors import RuleError
from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.users.models import Scope
from casework.users.queries import absent_colleagues
from casework.users.views.confirming import confirm_person
from casework.web.bulk import chosen_ids, each_alone, last_results, named
from casework.web.door import requires
from casework.web.forms import Page, page


@bp.route("/letters/to-sign", methods=["GET", "POST"])
@requires(Permission.LETTER_SIGN)
def to_sign() -> Page:
    """Show what waits for a signature; sign those together that were looked at one by one."""
    waiting = waiting_for(current_user)
    if (after := request.args.get("after", "")).isdecimal() and waiting:
        return redirect(url_for("letters.to_sign_one", letter_id=_next(waiting, int(after)).id))
    form = SignatureForm()
    form.offer(absent_colleagues(current_user, scope=Scope.LETTERS, now=g.now))
    if form.validate_on_submit():
        with form.refusals():
            return _sign_together(form)
    seen = looked_at()
    ready = {letter.id for letter in waiting if seen.get(str(letter.id)) == letter.version}
    chosen = set(chosen_ids()) or ready
    return page("letters/to_sign.html", form, waiting=waiting, ready=ready, chosen=chosen, today=g.today)


def _next(waiting: list[Letter], after: int) -> Letter:
    """Return the letter that follows, or the first where none does."""
    return next((letter for letter in waiting if letter.id > after), waiting[0])


@bp.route("/letters/to-sign/<int:letter_id>")
@requires(Permission.LETTER_SIGN)
def to_sign_one(letter_id: int) -> Page:
    """Show one letter large, with the facts behind it; from now on it counts as looked at in this session."""
    letter = letter_for(current_user, letter_id)
    return sign_page(letter) or redirect(url_for("letters.letter_page", letter_id=letter_id))


def _sign_together(form: SignatureForm) -> Response:
    """Sign the letters that were ticked, each in a transaction of its own, after one confirmation."""
    chosen = chosen_ids()
    if not chosen:
        raise RuleError(N_("Choose at least one letter."))
    confirm_person(form.password.data)
    seen, behalf, reason = looked_at(), form.on_behalf_of, form.reason.data or ""

    def sign(letter_id: int) -> str:
        title = letter_for(current_user, letter_id).title
        with named(title):
            if str(letter_id) not in seen:
                raise RuleError(N_("You have not looked at this letter since you signed in."))
            glue.sign_letter(
                letter_id, seen[str(letter_id)], calendar=working_calendar(), by=current_user, now=g.now,
                today=g.today, on_behalf_of=behalf, reason=reason,
            )  # fmt: skip
        return title

    return each_alone(chosen, sign, result_url=url_for("letters.signed_result"))


@bp.route("/letters/to-sign/result")
@requires(Permission.LETTER_SIGN)
def signed_result() -> Page:
    """Show which letters were signed, which not and why; the page stays until the next set."""
    return page("letters/signed.html", None, results=last_results(), waiting=len(waiting_for(current_user)))
