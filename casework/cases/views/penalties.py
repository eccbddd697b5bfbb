"""Pages of the penalty record: entering, correcting, accepting."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions import penalties as actions
from casework.cases.forms.penalties import PenaltyAcceptForm, PenaltyForm
from casework.cases.models import Penalty
from casework.cases.queries.hanging import penalty_of
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.rules.penalties import REGIMES, PenaltyRegime
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.typed import done, restore

BY_CODE: dict[str, PenaltyRegime] = {regime.code: regime for regime in REGIMES}


@bp.route("/cases/<int:case_id>/penalties/new", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def new_penalty(case_id: int) -> Page:
    """Enter what the city bureau ordered and decided."""
    case = case_at_hand(case_id)
    form = PenaltyForm()
    typed = restore(form, f"penalty-new-{case.id}", case)
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            actions.record_penalty(
                case, form.record(), form.files.uploads, by=current_user, now=g.now, today=g.today
            )  # fmt: skip
            back = url_for("cases.case_page", case_id=case.id, _anchor="penalty")
            return done(typed, back, _("The penalty was recorded. It counts once an officer has accepted it."))
    return page("cases/penalty.html", form, case=case, typed=typed, penalty=None, regimes=REGIMES)


@bp.route("/cases/<int:case_id>/penalties/<int:penalty_id>", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def edit_penalty(case_id: int, penalty_id: int) -> Page:
    """Correct or complete a penalty record."""
    case = case_at_hand(case_id)
    penalty = penalty_of(case, penalty_id)
    form = PenaltyForm(data=_as_typed(penalty))
    typed = restore(form, f"penalty-{penalty.id}", penalty)
    if form.validate_on_submit():
        form.check_version(penalty, _as_typed(penalty))
        with form.refusals():
            uploads = form.files.uploads
            actions.correct_penalty(case, penalty, form.record(), uploads, by=current_user, now=g.now, today=g.today)
            back = url_for("cases.case_page", case_id=case.id, _anchor="penalty")
            return done(typed, back, _("The record was corrected. An officer must accept it anew."))
    return page("cases/penalty.html", form, case=case, typed=typed, penalty=penalty, regimes=REGIMES)


def _as_typed(penalty: Penalty) -> dict[str, object]:
    """Return the record as its form shows it."""
    names = ("order_day", "decision_number", "decision_day", "amount", "corrected_day", "allocation_cut")
    return {name: getattr(penalty, name) for name in names}


@bp.route("/cases/<int:case_id>/penalties/<int:penalty_id>/accept", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def accept_penalty(case_id: int, penalty_id: int) -> Page:
    """Accept a penalty record for the department."""
    case = case_at_hand(case_id)
    penalty = penalty_of(case, penalty_id)
    form = PenaltyAcceptForm()
    form.open_on(penalty)
    if form.validate_on_submit():
        form.check_version(penalty)
        with form.refusals():
            actions.accept_penalty(case, penalty, by=current_user, now=g.now, today=g.today)
            back = url_for("cases.case_page", case_id=case.id, _anchor="penalty")
            return finish(back, _("The penalty record was accepted. A leader can conclude the case now."))
    return page("cases/penalty_accept.html", form, case=case, penalty=penalty, regime=BY_CODE[penalty.regime])
