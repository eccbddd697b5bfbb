"""Deciding what a report proposes to change in the records."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.queries.one_case import case_to_change
from casework.rounds.actions.proposing import accept_proposal, decline_proposal
from casework.rounds.forms import DeclineForm
from casework.rounds.models import RecordProposal
from casework.rounds.queries.one_report import proposal_for
from casework.rounds.views import bp
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.route("/proposals/<int:proposal_id>", methods=["GET", "POST"])
@requires(Permission.ROUND_REVIEW)
def decide_proposal(proposal_id: int) -> Page:
    """Leave the records as they are, with a reason."""
    proposal = proposal_for(current_user, proposal_id)
    form = DeclineForm()
    form.open_on(proposal)
    if form.validate_on_submit():
        case_to_change(current_user, proposal.case_id)
        form.check_version(proposal)
        with form.refusals():
            decline_proposal(proposal, form.reason.data or "", by=current_user, now=g.now)
            return _back(proposal, _("The records stay as they are."))
    return page("rounds/proposal.html", form, proposal=proposal)


@bp.post("/proposals/<int:proposal_id>/accept")
@requires(Permission.ROUND_REVIEW)
def accept(proposal_id: int) -> Page:
    """Take a proposal over into the records; what it proposes never changes, so no page of it can be stale."""
    proposal = proposal_for(current_user, proposal_id)
    case_to_change(current_user, proposal.case_id)
    accept_proposal(proposal, by=current_user, now=g.now, today=g.today)
    return _back(proposal, _("Taken over: the records show it now."))


def _back(proposal: RecordProposal, message: str) -> Response:
    return finish(url_for("cases.case_page", case_id=proposal.case_id, _anchor="reports"), message)
