"""Correcting a report after the freeze, or handing it in late."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.rounds.actions.freezing import correct_report
from casework.rounds.actions.reporting import typed_now
from casework.rounds.forms import correction_form
from casework.rounds.queries.facts import forms_of
from casework.rounds.queries.rounds import report_for
from casework.rounds.views import bp
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.route("/reports/<int:report_id>/correct", methods=["GET", "POST"])
@requires(Permission.ROUND_REPORT, Permission.ROUND_REVIEW)
def correct(report_id: int) -> Page:
    """Change a report of a frozen round; before, after and the reason stay readable."""
    report = report_for(current_user, report_id)
    unit = forms_of([report], today=g.today)[report.id]
    form = correction_form(unit, typed_now(report, unit))
    form.open_on(report)
    if form.validate_on_submit():
        form.check_version(report, typed_now(report, unit))
        with form.refusals():
            correct_report(report, form.typed(), form.why.data, by=current_user, now=g.now, today=g.today)
            back = url_for("rounds.report_page", report_id=report.id)
            return finish(back, _("The report was corrected: everybody sees what stood before."))
    return page("rounds/correct.html", form, report=report, unit=unit)
