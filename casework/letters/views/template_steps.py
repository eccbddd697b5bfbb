"""The steps of a template's version: submitted, recalled, returned, approved."""

from flask import abort, current_app, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.letters.actions.templates import take_template_step
from casework.letters.printing import printed
from casework.letters.template_models import LetterTemplateVersion
from casework.letters.template_queries import template_place, template_version, version_to_change
from casework.letters.views import bp
from casework.letters.views.templates import differences
from casework.rules.letter_facts import LetterFacts
from casework.rules.roles import Permission
from casework.rules.versions import VERSION_STEPS, VersionStep
from casework.rules.words import N_
from casework.users.behalf import VersionStepForm
from casework.users.models import Scope
from casework.users.queries import absent_colleagues
from casework.web.door import requires
from casework.web.forms import Page, finish, page

# What was done, and what comes next.
DONE = {
    VersionStep.SUBMIT: N_("The version was submitted. A leader decides on it."),
    VersionStep.RECALL: N_("The version is a draft again."),
    VersionStep.APPROVE: N_("The version is in force: letters drafted from now on are made from it."),
    VersionStep.RETURN: N_("The version was returned. It stays as it is; the next one begins with its text."),
}


def _render(facts: LetterFacts) -> bytes:
    return printed(facts, current_app.config["SETTINGS"].fonts)


@bp.route("/templates/versions/<int:version_id>/step/<name>", methods=["GET", "POST"])
@requires(Permission.TEMPLATE_EDIT, Permission.TEMPLATE_APPROVE)
def template_step(version_id: int, name: str) -> Page:
    """Look at what a step would change, and take it."""
    step = VersionStep(name) if name in set(DONE) else abort(404)
    version = template_version(current_user, version_id)
    form = VersionStepForm.asking(VERSION_STEPS[step], absent_colleagues(current_user, scope=Scope.LETTERS, now=g.now))
    form.open_on(version)
    if form.validate_on_submit():
        version = version_to_change(current_user, version_id)
        form.check_version(version)
        with form.refusals():
            reason = (form.reason.data or "") if "reason" in form else ""
            take_template_step(
                version, step, render=_render, by=current_user, now=g.now, today=g.today, reason=reason,
                on_behalf_of=form.on_behalf_of,
            )  # fmt: skip
            return finish(url_for("letters.template_page", version_id=version.id), _(DONE[step]))
    in_force = _in_force(version)
    lines = differences(in_force, version) if in_force else []
    return page("letters/template_step.html", form, version=version, step=step, in_force=in_force, lines=lines)


def _in_force(version: LetterTemplateVersion) -> LetterTemplateVersion | None:
    """Return the version that this one would replace."""
    pair = version.template.kind.value, version.template.addressee_kind.value
    return template_place(current_user, *pair).in_force
