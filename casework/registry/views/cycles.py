"""Compliance cycles with their years, deadlines and milestones."""

from flask import g, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.registry.actions.cycles import change_cycle, enter_cycle
from casework.registry.figures import completion_by_year
from casework.registry.forms import CycleForm
from casework.registry.queries import all_cycles, current_of, cycle_by_id, cycles_in_full
from casework.registry.views import bp
from casework.registry.views.page_parts import tabs
from casework.rules.deadlines import last_day
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.get("/cycles")
@requires(Permission.REGISTRY_SEE, Permission.SETTINGS_EDIT)
def cycles() -> Page:
    """Every cycle, the latest first."""
    see_figures = current_user.may(Permission.REGISTRY_SEE)
    every = cycles_in_full()
    figures = {row.year_id: row.figures for row in completion_by_year(current_user)} if see_figures else {}
    return render_template(
        "registry/cycles.html",
        cycles=every,
        current=current_of(every, g.now),
        figures=figures,
        see_figures=see_figures,
        last_day=last_day,
        tabs=tabs(),
        may_edit=current_user.may(Permission.REGISTRY_EDIT) or current_user.may(Permission.SETTINGS_EDIT),
    )


@bp.get("/cycles.xlsx")
@requires(Permission.REGISTRY_SEE)
def cycles_export() -> Page:
    """Every compliance year with its deadline and what came of it, as a workbook."""
    deadlines = {cycle.id: (cycle.label, last_day(cycle.deadline)) for cycle in all_cycles()}
    head = [
        _("Cycle"), _("Deadline"), _("Compliance year"), _("Number of units"), _("Completed on time"),
        _("Completed late"), _("Completion by units"), _("Due (t)"), _("Surrendered (t)"), _("Short (t)"),
    ]  # fmt: skip
    body = (
        [
            *deadlines[row.cycle_id], row.year, row.figures.units_due, row.figures.units_on_time,
            row.figures.units_late, row.figures.rate_by_units, row.figures.tonnes_due,
            row.figures.tonnes_surrendered, row.figures.tonnes_short,
        ]
        for row in completion_by_year(current_user)
    )  # fmt: skip
    return download_list(_("Compliance cycles"), head, body)


@bp.route("/cycles/new", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT, Permission.SETTINGS_EDIT)
def cycle_new() -> Page:
    """Enter a cycle."""
    form = CycleForm()
    if form.validate_on_submit():
        with form.refusals():
            cycle = enter_cycle(form.facts(), by=current_user, now=g.now)
            return finish(url_for("registry.cycles"), _("The cycle %(label)s was entered.", label=cycle.label))
    return page("registry/cycle_form.html", form, cycle=None)


@bp.route("/cycles/<int:cycle_id>/edit", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT, Permission.SETTINGS_EDIT)
def cycle_edit(cycle_id: int) -> Page:
    """Change a cycle."""
    cycle = cycle_by_id(cycle_id)
    form, shown = CycleForm(), CycleForm(formdata=None)
    shown.fill_from(cycle)
    if not form.is_submitted():
        form.fill_from(cycle)
    form.open_on(cycle)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(cycle, {field.name: field.data for field in shown.visible_fields()})
            change_cycle(cycle, form.facts(), by=current_user, now=g.now)
            return finish(url_for("registry.cycles"), _("The cycle %(label)s was changed.", label=cycle.label))
    return page("registry/cycle_form.html", form, cycle=cycle)
