"""The page on which confirmed holdings are entered."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions.holdings import confirm_holdings
from casework.cases.forms.holdings import HoldingsForm
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.route("/cases/<int:case_id>/holdings", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def holdings(case_id: int) -> Page:
    """Record what was found to lie in the unit's accounts."""
    case = case_at_hand(case_id)
    form = HoldingsForm(obj=case)
    if form.validate_on_submit():
        form.check_version(case, form.columns_of(case))
        with form.refusals():
            confirm_holdings(
                case, tonnes=form.holdings.data, day=form.holdings_day.data, source=form.holdings_source.data,
                by=current_user, now=g.now, today=g.today,
            )  # fmt: skip
            return finish(url_for("cases.relief", case_id=case.id), _("The holdings were recorded."))
    form.open_on(case)
    return page("cases/holdings.html", form, case=case)
