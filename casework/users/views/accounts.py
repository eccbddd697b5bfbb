"""The administrator's pages of accounts: list, create, change, disable, reset."""

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.audit.actions import commit
from casework.files.views import download_list
from casework.rules.errors import RuleError
from casework.rules.roles import Permission, Role
from casework.users import lists
from casework.users.actions import accounts as actions
from casework.users.forms import AccountForm, NewAccountForm
from casework.users.models import Account
from casework.users.queries import account_by_id, all_regions, region_by_id
from casework.users.views import bp
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.i18n import listed
from casework.web.lists import count, list_page, whole_list


@bp.get("/accounts")
@requires(Permission.ACCOUNT_ADMIN)
def accounts() -> Page:
    """List the accounts."""
    asked = lists.read_filter(request.args)
    stmt = lists.accounts(asked)
    listing = list_page(stmt, lists.ORDER, request.args, total=count(stmt.with_only_columns(Account.id)))
    standing = {None: None, True: "active", False: "disabled"}[asked.active]
    return page(
        "users/accounts.html", listing=listing, asked=asked,
        roles=listing.chips("role", asked.role, [(role.value, _(role.label)) for role in Role]),
        standings=listing.chips("standing", standing, [("active", _("Active")), ("disabled", _("Disabled"))]),
        regions=listing.chips("region", asked.region_id, [(region.id, region.name) for region in all_regions()]),
        export=listing.export_url("users.accounts_export"),
    )  # fmt: skip


@bp.get("/accounts.xlsx")
@requires(Permission.ACCOUNT_ADMIN)
def accounts_export() -> Response:
    """Return the same list as a workbook."""
    rows = whole_list(lists.accounts(lists.read_filter(request.args)), lists.ORDER, request.args)
    head = [_("User name"), _("Name"), _("Roles"), _("Region"), _("E-mail"), _("Telephone"), _("Active"), _("Since")]
    return download_list(
        _("Accounts"),
        head,
        (
            [row.username, row.name, listed(_(role.label) for role in sorted(row.roles)), row.region.name,
             row.email, row.phone, _("yes") if row.active else _("no"), row.created_at]
            for row in rows
        ),
    )  # fmt: skip


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMIN)
def account_new() -> Page:
    """Create an account; its password is shown once."""
    form = NewAccountForm()
    _offer_choices(form)
    if form.validate_on_submit():
        with form.refusals():
            account, password = actions.create_account(
                form.username.data.strip(), _facts(form), by=current_user, now=g.now
            )
            return _show_password(account, password)
    return page("users/account_form.html", form, account=None)


@bp.route("/accounts/<int:account_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMIN)
def account_edit(account_id: int) -> Page:
    """Change an account."""
    account = account_by_id(account_id)
    form = AccountForm(obj=account, roles=sorted(account.roles))
    _offer_choices(form)
    form.open_on(account)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(account, form.columns_of(account) | {"roles": sorted(account.roles)})
            actions.change_account(account, _facts(form), by=current_user, now=g.now)
            return finish(_place(account), _("The account was changed."))
    return page("users/account_form.html", form, account=account)


@bp.post("/accounts/<int:account_id>/disable")
@requires(Permission.ACCOUNT_ADMIN)
def account_disable(account_id: int) -> Response:
    """Let nobody sign in with the account any more."""
    account = account_by_id(account_id)
    actions.disable_account(account, by=current_user, now=g.now)
    words = _("The account was disabled and its sessions ended. Hand over its tasks next.")
    return finish(url_for("operations.handover", account_id=account.id), words)


@bp.post("/accounts/<int:account_id>/enable")
@requires(Permission.ACCOUNT_ADMIN)
def account_enable(account_id: int) -> Response:
    """Let the account sign in again."""
    account = account_by_id(account_id)
    actions.enable_account(account, by=current_user, now=g.now)
    return finish(_place(account), _("The account may sign in again."))


@bp.post("/accounts/<int:account_id>/password")
@requires(Permission.ACCOUNT_ADMIN)
def account_password(account_id: int) -> Page:
    """Draw a new password and show it once."""
    account = account_by_id(account_id)
    return _show_password(account, actions.reset_password(account, by=current_user, now=g.now))


@bp.post("/accounts/<int:account_id>/second-factor")
@requires(Permission.ACCOUNT_ADMIN)
def account_second_factor(account_id: int) -> Response:
    """Forget the second factor of somebody who lost the phone."""
    account = account_by_id(account_id)
    actions.reset_second_factor(account, by=current_user, now=g.now)
    return finish(_place(account), _("The second factor was removed; it can be set up anew after the next sign-in."))


def _show_password(account: Account, password: str) -> Page:
    """Commit, and answer with the one page that ever shows this password."""
    g.form_token.url = _place(account)
    commit()
    return page("users/account_password.html", account=account, password=password)


def _place(account: Account) -> str:
    return url_for("users.account_edit", account_id=account.id)


def _offer_choices(form: AccountForm) -> None:
    form.roles.choices = [(role, _(role.label)) for role in Role]
    form.region_id.choices = [
        (region.id, "　" * (region.path.count("/") - 2) + region.name) for region in all_regions()
    ]


def _facts(form: AccountForm) -> actions.AccountFacts:
    if not form.roles.data:
        raise RuleError("Choose a role.", field="roles")
    return actions.AccountFacts(
        name=form.name.data.strip(), roles=frozenset(form.roles.data), region=region_by_id(form.region_id.data),
        email=form.email.data or "", phone=form.phone.data or "", head=form.head.data,
    )  # fmt: skip
