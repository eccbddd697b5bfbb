"""Handing over the tasks of an account."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.operations.actions.handover import hand_over, open_tasks
from casework.operations.forms import HandoverForm
from casework.operations.views import bp
from casework.rules.roles import Permission, Role
from casework.users.queries import account_by_id, accounts_with
from casework.web.door import requires
from casework.web.forms import Page, finish, page


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
                "%(cases)s cases and %(drafts)s drafts are now with %(name)s.",
                cases=moved.cases, drafts=moved.drafts, name=taker.name,
            )  # fmt: skip
            return finish(url_for("users.account_edit", account_id=giver.id), words)
    return page("operations/handover.html", form, giver=giver, tasks=open_tasks(giver))
