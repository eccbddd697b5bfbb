"""Letter templates: the list, one of them with its versions, and a version as it reads, is edited and prints."""

from base64 import b64encode
from typing import Any

from flask import Response, abort, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download
from casework.letters.actions import templates as actions
from casework.letters.actions.way import check_sayable
from casework.letters.comparison import side_by_side
from casework.letters.content import stored_template, with_gaps_marked
from casework.letters.pictures import page_count
from casework.letters.printing import picture, printed
from casework.letters.template_forms import INSERTS_INTO, TemplateForm, template_as_typed
from casework.letters.template_models import LetterTemplateVersion
from casework.letters.template_queries import (
    letters_made_from,
    template_place,
    template_places,
    template_version,
    version_to_change,
)
from casework.letters.template_sample import sample_letter
from casework.letters.views import bp
from casework.letters.views.printed import WIDTH
from casework.rules.errors import RuleError
from casework.rules.letter_fields import FIELDS
from casework.rules.letter_templates import TemplateText, template_lines, text_refusal
from casework.rules.roles import Permission
from casework.rules.versions import VersionStep, version_steps_open_to
from casework.users.queries import actor_of
from casework.versions.queries import standing_of_version
from casework.web.door import repeatable, requires
from casework.web.forms import Page, finish, page, say
from casework.web.typed import Typed, done, restore


@bp.route("/templates")
@requires(Permission.TEMPLATE_SEE)
def templates() -> Page:
    """Show what letters of each kind are made from now, and what is on its way."""
    return page("letters/templates.html", None, places=template_places(current_user))


@bp.route("/templates/<kind>/<whom>")
@requires(Permission.TEMPLATE_SEE)
def template(kind: str, whom: str) -> Page:
    """Show one template with all its versions, the newest first."""
    place = template_place(current_user, kind, whom)
    made = letters_made_from([one.id for one in place.versions])
    return page("letters/template.html", None, place=place, made=made)


@bp.route("/templates/<kind>/<whom>/begin", methods=["POST"])
@requires(Permission.TEMPLATE_EDIT)
def template_begin(kind: str, whom: str) -> Page:
    """Begin a new version, and go to it."""
    place = template_place(current_user, kind, whom)
    version = actions.begin(place.kind, place.addressee_kind, by=current_user, now=g.now)
    return finish(_url(version), _("Version %(number)s was begun with the text of the latest.", number=version.number))


@bp.route("/templates/versions/<int:version_id>", methods=["GET", "POST"])
@requires(Permission.TEMPLATE_SEE)
def template_page(version_id: int) -> Page:
    """Show a version with a sample of what it prints, and its text to edit while it is a draft."""
    version = template_version(current_user, version_id)
    steps = version_steps_open_to(standing_of_version(version), by=actor_of(current_user))
    if VersionStep.EDIT not in steps:
        return page("letters/template_page.html", None, version=version, **_shown(version, steps))
    form = TemplateForm.of(version)
    typed = restore(form, f"template-{version.id}", version)
    changed = form.insert_field() or form.change_rows()
    if not changed and form.validate_on_submit():
        version = version_to_change(current_user, version_id)
        form.check_version(version, template_as_typed(version))
        with form.refusals():
            return _saved(form, version, typed)
    return page("letters/template_page.html", form, version=version, typed=typed, **_shown(version, steps))


def _saved(form: TemplateForm, version: LetterTemplateVersion, typed: Typed) -> Page:
    """Save what was typed, and go on as the button said."""
    actions.save(version, form.text(), by=current_user, now=g.now)
    if request.form.get("then") == "submit":
        return done(typed, url_for("letters.template_step", version_id=version.id, name=VersionStep.SUBMIT.value))
    return done(typed, _url(version), _("The draft was saved."))


def _url(version: LetterTemplateVersion) -> str:
    return url_for("letters.template_page", version_id=version.id)


def _shown(version: LetterTemplateVersion, steps: tuple[VersionStep, ...]) -> dict[str, Any]:
    text = stored_template(version.content)
    drawn = _drawn(version, text)
    return {"steps": steps, "text": text, "fields": FIELDS, "places": INSERTS_INTO, **drawn}


def _drawn(version: LetterTemplateVersion, text: TemplateText, form: TemplateForm | None = None) -> dict[str, Any]:
    """Return the pages of a sample with this text, and what keeps it from being submitted, by its place in the form."""
    kind, whom = version.template.kind, version.template.addressee_kind
    if refused := text_refusal(text, kind):
        place = f"{form[refused.field].label.text}{_(': ')}" if form and refused.field else ""
        return {"pictures": [], "trouble": place + say(refused)}
    letter, facts = sample_letter(kind, whom, text, now=g.now, today=g.today)
    trouble = ""
    try:
        check_sayable(letter, facts)
    except RuleError as why:
        trouble = say(why)
    try:
        content = printed(with_gaps_marked(facts), current_app.config["SETTINGS"].fonts)
    except RuleError as why:
        return {"pictures": [], "trouble": trouble or say(why)}
    pictures = [b64encode(picture(content, n, WIDTH)).decode() for n in range(1, page_count(content) + 1)]
    return {"pictures": pictures, "trouble": trouble}


@bp.route("/templates/versions/<int:version_id>/preview", methods=["POST"])
@requires(Permission.TEMPLATE_EDIT)
@repeatable
def template_preview(version_id: int) -> Page:
    """Check what is being typed and draw its sample, without saving it."""
    version = template_version(current_user, version_id)
    form = TemplateForm.of(version)
    try:
        text = form.text()
    except ValueError:  # a choice that the form does not offer
        abort(400)
    return page("letters/preview.html", None, **_drawn(version, text, form))


@bp.route("/templates/versions/<int:version_id>.pdf")
@requires(Permission.TEMPLATE_SEE)
def template_pdf(version_id: int) -> Response:
    """Hand out the sample of a version as the very PDF."""
    version = template_version(current_user, version_id)
    kind, whom = version.template.kind, version.template.addressee_kind
    _letter, facts = sample_letter(kind, whom, stored_template(version.content), now=g.now, today=g.today)
    content = printed(with_gaps_marked(facts), current_app.config["SETTINGS"].fonts)
    name = f"{facts.subject} {_('Template version %(number)s', number=version.number)}.pdf"
    return download(content, name, "application/pdf", inline=True)


@bp.route("/templates/versions/<int:old>/<int:new>")
@requires(Permission.TEMPLATE_SEE)
def template_changes(old: int, new: int) -> Page:
    """Show two versions of one template side by side."""
    before, after = (template_version(current_user, one) for one in (old, new))
    if before.template_id != after.template_id:
        abort(404)
    lines = differences(before, after)
    return page("letters/template_changes.html", None, before=before, after=after, lines=lines)


def differences(before: LetterTemplateVersion, after: LetterTemplateVersion) -> list[Any]:
    """Return what two versions say, line beside line."""
    return list(side_by_side(*(template_lines(stored_template(one.content)) for one in (before, after))))
