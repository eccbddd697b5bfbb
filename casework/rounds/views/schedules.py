"""The schedules that make rounds."""

from flask import abort, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.registry.calendar import working_calendar
from casework.registry.queries import all_cycles, current_of, cycle_by_id
from casework.rounds.actions.schedules import change_schedule, set_up_schedule
from casework.rounds.forms import ScheduleForm
from casework.rounds.queries.schedules import coming_rounds, schedule_for, schedules_of
from casework.rounds.views import bp
from casework.rules.deadlines import last_day
from casework.rules.roles import Permission
from casework.users.queries import region_names
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.get("/rounds/schedules")
@requires(Permission.ROUND_EDIT)
def schedules() -> Page:
    """Show the schedules with the rounds it will make next."""
    calendar, found = working_calendar(), schedules_of(current_user)
    coming = {one.id: coming_rounds(one, calendar) for one in found}
    return page("rounds/schedules.html", None, schedules=found, coming=coming)


@bp.route("/rounds/schedules/new", methods=["GET", "POST"])
@requires(Permission.ROUND_EDIT)
def new_schedule() -> Page:
    """Set up a schedule."""
    cycles = all_cycles()
    cycle = current_of(cycles, g.now) or abort(404)
    form = ScheduleForm(cycle=str(cycle.id), first_day=g.today, last_day=max(last_day(cycle.deadline), g.today))
    form.offer(region_names(current_user))
    form.offer_cycles(cycles)
    if form.validate_on_submit():
        with form.refusals():
            set_up_schedule(
                cycle_by_id(int(form.cycle.data)), form.values(), form.units(), calendar=working_calendar(),
                by=current_user, now=g.now,
            )  # fmt: skip
            return finish(url_for("rounds.schedules"), _("The schedule is set up: its rounds open by themselves."))
    return page("rounds/schedule_form.html", form, schedule=None)


@bp.route("/rounds/schedules/<int:schedule_id>", methods=["GET", "POST"])
@requires(Permission.ROUND_EDIT)
def edit_schedule(schedule_id: int) -> Page:
    """Change a schedule, stop it or let it go on."""
    schedule = schedule_for(current_user, schedule_id)
    form = ScheduleForm()
    form.offer(region_names(current_user))
    form.offer_cycles([schedule.cycle])
    if not form.is_submitted():
        form.fill_from(schedule)
    form.open_on(schedule)
    if form.validate_on_submit():
        form.check_version(schedule)
        with form.refusals():
            values = form.values() | {"active": bool(form.active.data)}
            change_schedule(schedule, values, form.units(), calendar=working_calendar(), by=current_user, now=g.now)
            return finish(url_for("rounds.schedules"), _("The schedule was changed."))
    return page("rounds/schedule_form.html", form, schedule=schedule)
