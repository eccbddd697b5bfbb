"""Rule sets: the list, one of them with its versions, and a version as it reads, is edited and goes its way."""

from collections.abc import Iterator
from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions import rule_sets as actions
from casework.cases.forms.rule_sets import RuleSetForm, YearsForm, rules_as_typed
from casework.cases.models import RuleSetVersion
from casework.cases.queries.rule_sets import (
    open_cases_of,
    rule_set_place,
    rule_set_places,
    rule_set_version,
    version_to_change,
)
from casework.cases.views import bp
from casework.letters.comparison import side_by_side
from casework.registry.models import Sector
from casework.rules.roles import Permission
from casework.rules.rule_sets import RULES, FigureKind, FigureRow, Ground, Rule, RuleSet
from casework.rules.versions import VERSION_STEPS, VersionStep, version_steps_open_to
from casework.rules.words import N_
from casework.users.behalf import VersionStepForm
from casework.users.models import Scope
from casework.users.queries import absent_colleagues, actor_of
from casework.versions.queries import in_force_beside, standing_of_version
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.i18n import listed
from casework.web.typed import Typed, done, restore

DONE = {
    VersionStep.SUBMIT: N_("The version was submitted. A leader decides on it."),
    VersionStep.RECALL: N_("The version is a draft again."),
    VersionStep.APPROVE: N_("The version is in force: cases of its years are computed by it from now on."),
    VersionStep.RETURN: N_("The version was returned. It stays as it is; the next one begins with what it says."),
}


@bp.get("/rule-sets")
@requires(Permission.RULE_SET_SEE)
def rule_sets() -> Page:
    """Show the rules of which years are in force, and what is on its way."""
    return page("cases/rule_sets.html", None, places=rule_set_places(current_user))


@bp.route("/rule-sets/new", methods=["GET", "POST"])
@requires(Permission.RULE_SET_EDIT)
def rule_set_new() -> Page:
    """Begin the rule set of new years."""
    form = YearsForm()
    if form.validate_on_submit():
        with form.refusals():
            version = actions.begin_set(form.named_years, by=current_user, now=g.now)
            return finish(_url(version), _("The rule set was begun with the latest rules. Verify each of them."))
    return page("cases/rule_set_new.html", form)


@bp.get("/rule-sets/<int:rule_set_id>")
@requires(Permission.RULE_SET_SEE)
def rule_set(rule_set_id: int) -> Page:
    """Show one rule set with all its versions, the newest first."""
    return page("cases/rule_set.html", None, place=rule_set_place(current_user, rule_set_id))


@bp.post("/rule-sets/<int:rule_set_id>/begin")
@requires(Permission.RULE_SET_EDIT)
def rule_set_begin(rule_set_id: int) -> Page:
    """Begin a new version, and go to it."""
    place = rule_set_place(current_user, rule_set_id)
    version = actions.begin_version(place.id, by=current_user, now=g.now)
    return finish(_url(version), _("Version %(number)s was begun with what the latest says.", number=version.number))


@bp.route("/rule-sets/versions/<int:version_id>", methods=["GET", "POST"])
@requires(Permission.RULE_SET_SEE)
def rule_set_page(version_id: int) -> Page:
    """Show what a version says and what it changes; while it is a draft, edit it."""
    version = rule_set_version(current_user, version_id)
    steps = version_steps_open_to(standing_of_version(version), by=actor_of(current_user))
    if VersionStep.EDIT not in steps:
        return page("cases/rule_set_page.html", None, version=version, steps=steps, **_shown(version))
    form = RuleSetForm.of(version.rules)
    typed = restore(form, f"ruleset-{version.id}", version)
    if form.validate_on_submit():
        version = version_to_change(current_user, version_id)
        form.check_version(version, rules_as_typed(version.rules))
        with form.refusals():
            return _saved(form, version, typed)
    return page("cases/rule_set_edit.html", form, version=version, typed=typed, rows=RULES)


def _saved(form: RuleSetForm, version: RuleSetVersion, typed: Typed) -> Page:
    """Save what was typed, and go on as the button said."""
    actions.save(version, form.rules(version.rules), by=current_user, now=g.now)
    if request.form.get("then") == "submit":
        return done(typed, url_for("cases.rule_set_step", version_id=version.id, name=VersionStep.SUBMIT.value))
    return done(typed, _url(version), _("The draft was saved."))


@bp.route("/rule-sets/versions/<int:version_id>/step/<name>", methods=["GET", "POST"])
@requires(Permission.RULE_SET_EDIT, Permission.RULE_SET_APPROVE)
def rule_set_step(version_id: int, name: str) -> Page:
    """Look at what a step would change and which cases it touches, and take it."""
    step = VersionStep(name) if name in set(DONE) else abort(404)
    version = rule_set_version(current_user, version_id)
    absent = absent_colleagues(current_user, scope=Scope.CASES, now=g.now)
    form = VersionStepForm.asking(VERSION_STEPS[step], absent)
    form.open_on(version)
    if form.validate_on_submit():
        version = version_to_change(current_user, version_id)
        form.check_version(version)
        with form.refusals():
            reason = (form.reason.data or "") if "reason" in form else ""
            actions.take_rule_set_step(
                version, step, by=current_user, now=g.now, reason=reason, on_behalf_of=form.on_behalf_of
            )
            return finish(_url(version), _(DONE[step]))
    return page("cases/rule_set_step.html", form, version=version, step=step, **_shown(version))


def _url(version: RuleSetVersion) -> str:
    return url_for("cases.rule_set_page", version_id=version.id)


def _shown(version: RuleSetVersion) -> dict[str, Any]:
    """Return what a version says, beside what is in force, and how many open cases that concerns."""
    rules, in_force = version.rules, in_force_beside(version)
    old = in_force.rules if in_force else None
    lines = list(side_by_side(list(_lines(old)), list(_lines(rules)))) if old and in_force is not version else []
    years = set(rules.years) | set(old.years if old else ())
    rows = [(RULES[name].label, rule, _figures(name, rule)) for name, rule in _each(rules)]
    return {"rules": rules, "rows": rows, "in_force": in_force, "lines": lines, "touched": open_cases_of(years)}


def _each(rules: RuleSet) -> Iterator[tuple[str, Rule | None]]:
    for name in RULES:
        yield name, getattr(rules, name)


def _lines(rules: RuleSet) -> Iterator[str]:
    """Return what a version says, a line for each rule."""
    yield _("Compliance years") + _(": ") + listed(rules.years)
    for name, rule in _each(rules):
        label = _(RULES[name].label) + _(": ")
        if rule is None:
            yield label + _("not known in these years")
        else:
            figures = [f"{called} {value}" for called, value in _figures(name, rule)]
            yield label + "　".join([*figures, rule.source, _(rule.status.label)])


def _figures(name: str, rule: Rule | None) -> list[tuple[str, str]]:
    """Return the figures of a rule as they are read."""
    rows = RULES[name].figures if rule else ()
    return [(_(row.label), _figure(row, getattr(rule, row.name))) for row in rows]


def _figure(row: FigureRow, value: Any) -> str:
    if value is None:
        return str(_(row.without))
    if row.kind is FigureKind.SECTORS:
        known = {one.value: one.label for one in Sector}
        return listed(_(known.get(one, one)) for one in sorted(value))
    if row.kind is FigureKind.GROUNDS:
        return listed(_(one.label) for one in Ground if one in value)
    return f"{value:,}" if row.kind is FigureKind.TONNES else str(value)
