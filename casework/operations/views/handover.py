"""Handing over the tasks of an account."""

from flask import Response, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.operations.actions.handover import hand_over, open_tasks
from casework.operations.forms import HandoverForm
from casework.operations.unattended import gaps, owners_away
from casework.operations.views import bp
from casework.rules.roles import Permission, Role
from casework.users.queries import account_by_id, accounts_with
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.get("/accounts/unattended")
@requires(Permission.ACCOUNT_ADMIN)
def unattended() -> Page:
    """Show whose tasks nobody does, and the offices that nobody holds."""
    return page("operations/unattended.html", owners=owners_away(now=g.now), gaps=gaps())


@bp.get("/accounts/unattended.xlsx")
@requires(Permission.ACCOUNT_ADMIN)
def unattended_export() -> Response:
    """Return the people of the same page as a workbook."""
    head = [
        _("Name"),
        _("Region"),
        _("Why"),
        _("Delegate"),
        _("Last signed in"),
        _("Open cases"),
        _("Letters not signed yet"),
    ]
    rows = owners_away(now=g.now)
    return download_list(
        _("Tasks without anybody"),
        head,
        ([row.name, row.region, _(row.why), row.delegate, row.since, row.cases, row.drafts] for row in rows),
    )


@bp.route("/accounts/<int:account_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMIN)
def handover(account_id: int) -> Page:
    """Give what the account has open to another officer."""
    giver = account_by_id(account_id)
    form = HandoverForm()
    form.taker_id.choices = [
        (one.id, f"{one.name}（{one.username}）") for one in accounts_with(Role.OFFICER) if one.id != giver.id
    ]
    if form.validate_on_submit():
        with form.refusals():
            taker = account_by_id(form.taker_id.data)
            moved = hand_over(giver, taker, reason=form.reason.data.strip(), by=current_user, now=g.now)
            words = _(
                "%(cases)s cases and %(drafts)s letters are now with %(name)s.",
                cases=moved.cases, drafts=moved.drafts, name=taker.name,
            )  # fmt: skip
            return finish(url_for("users.account_edit", account_id=giver.id), words)
    return page("operations/handover.html", form, giver=giver, tasks=open_tasks(giver))
