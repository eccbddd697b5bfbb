"""Signing in and out, one's own password, the language."""

from flask import abort, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from casework.audit.actions import commit
from casework.rules.roles import Permission
from casework.users.actions import signing_in as actions
from casework.users.forms import CodeForm, PasswordForm, SignInForm
from casework.users.models import Account
from casework.users.queries import account_by_id
from casework.users.views import bp
from casework.web.door import public, repeatable, requires
from casework.web.forms import Page, finish, page
from casework.web.i18n import LANGUAGES
from casework.web.redirects import is_own_path


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@repeatable
def sign_in() -> Page:
    """Ask for name and password; the second factor follows where there is one."""
    if current_user.is_authenticated:
        return redirect(url_for("home"))
    form = SignInForm(next=request.args.get("next"))
    if form.validate_on_submit():
        account = None
        with form.refusals():
            account = actions.check_credentials(
                form.username.data, form.password.data, address=request.remote_addr or "", now=g.now
            )
            if account is None:
                commit()
                form.refused.append(_("User name and password do not fit together."))
        if account is not None:
            return _let_in(account, form.next.data)
    return page("users/sign_in.html", form)


def _let_in(account: Account, target: str | None) -> Response:
    session["next"] = target if is_own_path(target) else None
    if account.totp_secret:
        session["half_signed_in"] = [account.id, g.now.timestamp()]
        commit()
        return redirect(url_for("users.second_factor"), 303)
    return _signed_in(account)


def _signed_in(account: Account) -> Response:
    target = session.get("next")
    session.clear()
    session.renew()  # type: ignore[attr-defined]
    login_user(account)
    session["lang"] = account.language
    actions.note_sign_in(account, now=g.now)
    commit()
    return redirect(target or url_for("home"), 303)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
@repeatable
def second_factor() -> Page:
    """Ask for the code after name and password were right, within five minutes."""
    account_id, at = session.get("half_signed_in", (None, 0))
    if account_id is None or g.now.timestamp() - at > 300:
        return redirect(url_for("users.sign_in"))
    account = account_by_id(account_id)
    form = CodeForm()
    if form.validate_on_submit():
        if actions.check_code(account, form.code.data, now=g.now):
            return _signed_in(account)
        actions.note_wrong_code(account, address=request.remote_addr or "", now=g.now)
        commit()
        form.refused.append(_("The code is not right, or was used before. Wait for the next one."))
    return page("users/second_factor.html", form)


@bp.route("/sign-out", methods=["POST"])
@requires(Permission.ACCOUNT_SELF)
@repeatable
def sign_out() -> Response:
    """End the session on the server."""
    actions.note_sign_out(current_user, now=g.now)
    commit()
    logout_user()
    session.clear()
    session.renew()  # type: ignore[attr-defined]
    flash(_("You have signed out."), "info")
    return redirect(url_for("users.sign_in"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def password() -> Page:
    """Change one's own password; other sessions of the account end."""
    form = PasswordForm()
    if form.validate_on_submit():
        with form.refusals():
            account = account_by_id(current_user.id)
            actions.change_own_password(account, form.old.data, form.new.data, now=g.now)
            session.renew()  # type: ignore[attr-defined]
            return finish(url_for("home"), _("Your password was changed."))
    return page("users/password.html", form)


@bp.route("/language", methods=["POST"])
@public
@repeatable
def language() -> Response:
    """Switch the language of the pages."""
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        abort(400)
    session["lang"] = code
    target = request.form.get("next")
    return redirect(target if target and is_own_path(target) else url_for("home"), 303)
