"""Pages of visits: recording, correcting, ticking off what was to follow."""

from itertools import zip_longest

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions import visits as actions
from casework.cases.forms.visits import FollowUpDoneForm, VisitForm
from casework.cases.models import Visit
from casework.cases.queries.hanging import follow_up_of, visit_of
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.typed import done, restore


@bp.route("/cases/<int:case_id>/visits/new", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def new_visit(case_id: int) -> Page:
    """Record a visit."""
    case = case_at_hand(case_id)
    form = VisitForm(today=g.today, day=g.today)
    typed = restore(form, f"visit-new-{case.id}", case)
    if not form.change_rows() and form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            actions.record_visit(case, **form.facts(), by=current_user, now=g.now, today=g.today)
            back = url_for("cases.case_page", case_id=case.id, _anchor="visits")
            return done(typed, back, _("The visit was recorded. Everybody who works on the case sees it now."))
    return page("cases/visit.html", form, case=case, typed=typed, visit=None)


@bp.route("/cases/<int:case_id>/visits/<int:visit_id>", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def edit_visit(case_id: int, visit_id: int) -> Page:
    """Correct a visit."""
    case = case_at_hand(case_id)
    visit = visit_of(case, visit_id)
    form = VisitForm(today=g.today, data=_as_typed(visit))
    typed = restore(form, f"visit-{visit.id}", visit)
    if not form.change_rows() and form.validate_on_submit():
        form.check_version(visit, _as_typed(visit))
        with form.refusals():
            actions.correct_visit(case, visit, **form.facts(), by=current_user, now=g.now, today=g.today)
            back = url_for("cases.case_page", case_id=case.id, _anchor="visits")
            return done(typed, back, _("The visit was corrected. The history shows what it said before."))
    return page("cases/visit.html", form, case=case, typed=typed, visit=visit)


def _as_typed(visit: Visit) -> dict[str, object]:
    """Return the visit as its form shows it."""
    pairs = zip_longest(visit.people.split(actions.BETWEEN), visit.certificates.split(actions.BETWEEN), fillvalue="")
    return {
        "kind": visit.kind.value,
        "day": visit.day,
        "officers": [{"name": name, "certificate": certificate} for name, certificate in pairs],
        "findings": visit.findings,
        "follow_ups": [
            {"text": one.text, "due_day": one.due_day} for one in visit.follow_ups if one.done_day is None
        ],
    }  # fmt: skip


@bp.route("/cases/<int:case_id>/follow-ups/<int:follow_up_id>", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def finish_follow_up(case_id: int, follow_up_id: int) -> Page:
    """Note that something that was to follow a visit is done."""
    case = case_at_hand(case_id)
    visit, follow_up = follow_up_of(case, follow_up_id)
    form = FollowUpDoneForm(done_day=g.today)
    form.open_on(visit)
    if form.validate_on_submit():
        form.check_version(visit)
        with form.refusals():
            actions.finish_follow_up(
                case, visit, follow_up, form.done_day.data, by=current_user, now=g.now, today=g.today
            )
            back = url_for("cases.case_page", case_id=case.id, _anchor="visits")
            return finish(back, _("Noted as done."))
    return page("cases/follow_up.html", form, case=case, visit=visit, follow_up=follow_up)
