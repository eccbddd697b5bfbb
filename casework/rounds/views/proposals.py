"""Deciding what reports and imports propose to change in the records."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.queries.one_case import case_to_change
from casework.rounds.actions.deciding import Noted, accept_proposal, decline_proposal, to_note
from casework.rounds.forms import DeclineForm, OtherFiguresForm
from casework.rounds.models import RecordProposal
from casework.rounds.queries.proposals import proposal_for
from casework.rounds.views import bp
from casework.rules.errors import NotFound
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
    return page("rounds/proposal.html", form, proposal=proposal, noted=_noted(proposal))


@bp.post("/proposals/<int:proposal_id>/accept")
@requires(Permission.ROUND_REVIEW)
def accept(proposal_id: int) -> Page:
    """Take a proposal over into the records; what it proposes never changes, so no page of it can be stale."""
    proposal = proposal_for(current_user, proposal_id)
    case_to_change(current_user, proposal.case_id)
    accept_proposal(proposal, by=current_user, now=g.now, today=g.today)
    return _back(proposal, _("Taken over: the records show it now."))


@bp.route("/proposals/<int:proposal_id>/correct", methods=["GET", "POST"])
@requires(Permission.ROUND_REVIEW)
def correct_proposal(proposal_id: int) -> Page:
    """Take a proposal about a measure over with other figures."""
    proposal = proposal_for(current_user, proposal_id)
    noted = _noted(proposal)
    if noted is None or noted.tonnes is None:
        raise NotFound("There is no such proposal, or it belongs to another region.")
    form = OtherFiguresForm(done_tonnes=noted.tonnes, done_day=noted.day)
    form.open_on(proposal)
    if form.validate_on_submit():
        case_to_change(current_user, proposal.case_id)
        form.check_version(proposal)
        with form.refusals():
            other = Noted(form.done_tonnes.data, form.done_day.data)
            accept_proposal(proposal, corrected=other, by=current_user, now=g.now, today=g.today)
            return _back(proposal, _("Taken over: the records show it now."))
    return page("rounds/proposal_correct.html", form, proposal=proposal, noted=noted)


def _noted(proposal: RecordProposal) -> Noted | None:
    """Return what taking the proposal over would note of its measure, where it is about one."""
    return to_note(proposal, proposal.measure, now=g.now, today=g.today) if proposal.measure else None


def _back(proposal: RecordProposal, message: str) -> Response:
    return finish(url_for("cases.case_page", case_id=proposal.case_id, _anchor="proposals"), message)
