"""Pages of applications for policy support: recording one, noting its answer."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions import applications as actions
from casework.cases.forms.applications import AnswerForm, ApplicationForm
from casework.cases.models import Application
from casework.cases.queries.hanging import application_of
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page
from casework.web.typed import done, restore


@bp.route("/cases/<int:case_id>/applications/new", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def new_application(case_id: int) -> Page:
    """Record an application for national policy support."""
    case = case_at_hand(case_id)
    form = ApplicationForm(sent_day=g.today)
    typed = restore(form, f"application-new-{case.id}", case)
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            actions.record_application(case, **form.facts(), by=current_user, now=g.now, today=g.today)
            back = url_for("cases.case_page", case_id=case.id, _anchor="applications")
            return done(typed, back, _("The application was recorded."))
    return page("cases/application.html", form, case=case, typed=typed)


@bp.route("/cases/<int:case_id>/applications/<int:application_id>/answer", methods=["GET", "POST"])
@requires(Permission.PLAN_EDIT)
def answer_application(case_id: int, application_id: int) -> Page:
    """Note what was answered to an application."""
    case = case_at_hand(case_id)
    application = application_of(case, application_id)
    form = AnswerForm(data=_as_typed(application))
    typed = restore(form, f"application-{application.id}", application)
    if form.validate_on_submit():
        form.check_version(application, _as_typed(application))
        with form.refusals():
            actions.note_answer(case, application, **form.facts(), by=current_user, now=g.now, today=g.today)
            back = url_for("cases.case_page", case_id=case.id, _anchor="applications")
            return done(typed, back, _("The answer was noted."))
    return page("cases/application_answer.html", form, case=case, application=application, typed=typed)


def _as_typed(application: Application) -> dict[str, object]:
    """Return the answer as its form shows it."""
    return {name: getattr(application, name) for name in ("answer", "answered_day", "answer_text")}
