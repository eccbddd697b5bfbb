"""One's own account: contact, language, second factor, stand-ins."""

import io

import pyotp
import segno
from flask import abort, g, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.files.views import download
from casework.rules.roles import Permission
from casework.users.actions import delegations as standing_in
from casework.users.actions import own as actions
from casework.users.forms import CodeForm, ContactForm, DelegationForm, ReplaceFactorForm
from casework.users.models import Scope
from casework.users.queries import account_by_id, delegation_by_id, delegations_of, possible_delegates
from casework.users.views import bp
from casework.web.door import requires
from casework.web.forms import Page, finish, page

ISSUER = "Casework"
_PENDING = "pending_second_factor"


@bp.route("/account", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def account() -> Page:
    """Show one's own account, and change contact and language."""
    own = account_by_id(current_user.id)
    form = ContactForm(obj=own)
    form.open_on(own)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(own, form.columns_of(own))
            contact = {name: form[name].data or "" for name in ("email", "phone", "language")}
            actions.change_contact(own, **contact, now=g.now)
            session["lang"] = own.language
            refresh()  # what is said from here on is said in it
            return finish(url_for("users.account"), _("Your account was changed."))
    current = [row for row in delegations_of(own) if row.ends_at > g.now]
    return page("users/account.html", form, own=own, delegations=current, now=g.now)


@bp.route("/account/second-factor", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def second_factor_enrol() -> Page:
    """Show a secret for the phone, and take it once a code proves that it arrived."""
    own = account_by_id(current_user.id)
    form = ReplaceFactorForm() if own.totp_secret else CodeForm()
    secret = session.setdefault(_PENDING, pyotp.random_base32())
    if form.validate_on_submit():
        with form.refusals():
            typed = form["password"].data if "password" in form else None
            actions.enrol_second_factor(own, secret, form.code.data, password=typed, now=g.now)
            session.pop(_PENDING)
            return finish(url_for("users.account"), _("The second factor is set up. From now on it is asked for."))
    return page("users/second_factor_enrol.html", form, secret=secret, own=own)


@bp.get("/account/second-factor.svg")
@requires(Permission.ACCOUNT_SELF)
def second_factor_picture() -> Response:
    """Draw the secret as a QR code for the phone's camera."""
    secret = session.get(_PENDING)
    if secret is None:
        abort(404)
    address = pyotp.TOTP(secret).provisioning_uri(name=current_user.username, issuer_name=ISSUER)
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=5, border=3, svgclass=None, lineclass=None)
    return download(picture.getvalue(), "second-factor.svg", "image/svg+xml", inline=True)


@bp.route("/account/delegations", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def delegations() -> Page:
    """Show who stands in for whom, and name a delegate."""
    own = account_by_id(current_user.id)
    colleagues = possible_delegates(own)
    form = DelegationForm(from_day=g.today, scope=Scope.ALL)
    form.scope.choices = [(scope, _(scope.label)) for scope in Scope]
    form.delegate_id.choices = [(one.id, f"{one.name}（{one.username}）") for one in colleagues]
    if form.validate_on_submit():
        with form.refusals():
            assert form.from_day.data is not None
            assert form.until_day.data is not None
            chosen = account_by_id(form.delegate_id.data)
            days = {"from_day": form.from_day.data, "until_day": form.until_day.data, "scope": form.scope.data}
            standing_in.delegate(own, chosen, **days, reason=form.reason.data.strip(), now=g.now)
            return finish(url_for("users.delegations"), _("%(name)s stands in for you.", name=chosen.name))
    return page("users/delegations.html", form, rows=delegations_of(own), colleagues=colleagues, own=own, now=g.now)


@bp.post("/account/delegations/<int:delegation_id>/end")
@requires(Permission.ACCOUNT_SELF)
def delegation_end(delegation_id: int) -> Response:
    """End a delegation before its time."""
    own = account_by_id(current_user.id)
    standing_in.end_delegation(delegation_by_id(delegation_id, own), by=own, now=g.now)
    return finish(url_for("users.delegations"), _("The delegation has ended."))
