"""One report: what it says, what it said last time, what was corrected, what it proposes."""

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_file
from casework.rounds.actions.reviewing import accept_report, return_report
from casework.rounds.forms import ReviewForm
from casework.rounds.queries.one_report import report_file, whole_report
from casework.rounds.queries.rounds import report_for
from casework.rounds.views import bp
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.get("/reports/<int:report_id>")
@requires(Permission.ROUND_SEE)
def report_page(report_id: int) -> Page:
    """Show a report with everything that hangs on it."""
    report = report_for(current_user, report_id)
    return page("rounds/report_page.html", None, report=report, whole=whole_report(report, today=g.today))


@bp.get("/reports/<int:report_id>/files/<int:file_id>")
@requires(Permission.ROUND_SEE)
def take_file(report_id: int, file_id: int) -> Response:
    """Hand out a file that came with a report."""
    return download_file(report_file(report_for(current_user, report_id), file_id))


@bp.route("/reports/<int:report_id>/review", methods=["GET", "POST"])
@requires(Permission.ROUND_REVIEW)
def review(report_id: int) -> Page:
    """Accept a report or send it back."""
    report = report_for(current_user, report_id)
    form = ReviewForm()
    form.open_on(report)
    if form.validate_on_submit():
        form.check_version(report)
        accepted = request.form.get("decision") == "accept"
        with form.refusals():
            if accepted:
                accept_report(report, by=current_user, now=g.now)
            else:
                return_report(report, form.reason.data or "", by=current_user, now=g.now)
            message = _("The report was accepted.") if accepted else _("The report was sent back to the city.")
            return finish(url_for("rounds.report_page", report_id=report.id), message)
    return page("rounds/review.html", form, report=report, whole=whole_report(report, today=g.today))
