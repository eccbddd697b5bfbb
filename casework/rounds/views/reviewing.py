"""Reviewing many reports at once: each in a transaction of its own, with a result page that stays."""

from flask import g, request, url_for
from flask_login import current_user

from casework.rounds.actions.reviewing import accept_report, return_report
from casework.rounds.forms import ReviewManyForm
from casework.rounds.queries.rounds import report_for, round_for
from casework.rounds.views import bp
from casework.rules.errors import RuleError
from casework.rules.roles import Permission
from casework.web.bulk import chosen_ids, each_alone, last_results, named
from casework.web.door import requires
from casework.web.forms import Page, page


@bp.post("/rounds/<int:round_id>/review")
@requires(Permission.ROUND_REVIEW)
def review_many(round_id: int) -> Page:
    """Accept the chosen reports of a round, or send them back with one reason."""
    round_ = round_for(current_user, round_id)
    form = ReviewManyForm()
    chosen = chosen_ids()
    if not form.validate() or not chosen:
        raise RuleError("Choose at least one report.")
    accepting, reason = request.form.get("decision") == "accept", form.reason.data or ""
    if not accepting and not reason.strip():
        raise RuleError("Say what must be put right: the city reads it.")

    def deed(report_id: int) -> str:
        report = report_for(current_user, report_id)
        with named(report.case.enterprise.name):
            if accepting:
                accept_report(report, by=current_user, now=g.now)
            else:
                return_report(report, reason, by=current_user, now=g.now)
        return str(report.case.enterprise.name)

    return each_alone(chosen, deed, result_url=url_for("rounds.reviewed", round_id=round_.id))


@bp.get("/rounds/<int:round_id>/reviewed")
@requires(Permission.ROUND_REVIEW)
def reviewed(round_id: int) -> Page:
    """Show what became of each report of the last review of many."""
    return page("rounds/reviewed.html", None, round=round_for(current_user, round_id), results=last_results())
