"""A letter's page and its steps, which look at the cases that it names."""

from base64 import b64encode
from collections.abc import Sequence

from flask import current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.actions import letter_drafts
from casework.cases.models import Case
from casework.cases.queries.one_case import case_for
from casework.cases.views import bp
from casework.cases.views.letter_shown import shown
from casework.cases.views.letter_steps import submit_draft
from casework.db import db
from casework.letters.actions import drafting
from casework.letters.addressing import readdressed, regions_among, regions_of, regions_to_choose
from casework.letters.content import as_stored, draft_facts, with_gaps_marked
from casework.letters.forms import DraftForm, LetterForm, as_typed
from casework.letters.models import Letter
from casework.letters.pictures import page_count
from casework.letters.printing import picture, printed
from casework.letters.queries import issuer_of, letter_for, letter_to_change, standing_of
from casework.letters.views import bp as letters_bp
from casework.letters.views.printed import WIDTH
from casework.registry.calendar import working_calendar
from casework.registry.queries import all_cycles, current_of, cycle_by_id
from casework.rules.errors import RuleError
from casework.rules.letter_facts import UnitRow
from casework.rules.letter_steps import letter_steps_open_to
from casework.rules.letters import KINDS, AddresseeKind, LetterKind, LetterStep
from casework.rules.roles import Permission
from casework.users.models import Region
from casework.users.queries import actor_of
from casework.web.bulk import chosen_ids
from casework.web.door import repeatable, requires
from casework.web.forms import Page, finish, page, say
from casework.web.typed import Typed, done, restore

TOLD_MOST = 5  # figures that changed, in one sentence


@bp.route("/cases/letter/new", methods=["GET", "POST"])
@requires(Permission.LETTER_DRAFT)
def draft_letter() -> Page:
    """Choose which letter is drafted, for the chosen cases or for none, and draft it from the facts."""
    ids = chosen_ids("case", sent=request.values)
    cases = [case_for(current_user, one) for one in dict.fromkeys(ids)]
    form = _draft_form(cases)
    if form.validate_on_submit():
        with form.refusals():
            asked = letter_drafts.Asked(
                kind=LetterKind(form.kind.data), addressee_kind=AddresseeKind(form.addressee_kind.data),
                regions=regions_among(current_user, form.regions.data or ()),
                cycle=cycle_by_id(form.cycle.data) if "cycle" in form else None,
            )  # fmt: skip
            letters = letter_drafts.draft_letters(
                cases, asked, calendar=working_calendar(), by=current_user, now=g.now, today=g.today
            )
            return _drafted(letters)
    return page("letters/draft.html", form, cases=cases)


def _draft_form(cases: Sequence[Case]) -> DraftForm:
    """Return the form with what goes with these cases; without any every region is ticked, and the cycle is asked."""
    of_cases = list(dict.fromkeys(case.region for case in cases))
    kinds = [kind for kind in LetterKind if cases or not KINDS[kind].about_cases]
    if len(of_cases) > 1:
        kinds = [kind for kind in kinds if KINDS[kind].several or AddresseeKind.ENTERPRISE in KINDS[kind].addressees]
    regions, cycles = regions_to_choose(current_user, of_cases), all_cycles()
    current = current_of(cycles, g.now)
    whom = next(one for one in AddresseeKind if one in KINDS[kinds[0]].addressees)
    form = DraftForm.offering(
        kinds,
        regions,
        addressee_kind=whom.value,
        cycle=current.id if current else None,
        regions=[one.id for one in of_cases or regions],
    )
    form.cycle.choices = [(cycle.id, cycle.name) for cycle in cycles]
    if cases:
        del form.cycle
    return form


def _drafted(letters: Sequence[Letter]) -> Response:
    if len(letters) > 1:
        done = ngettext("%(num)s draft was made.", "%(num)s drafts were made, one for each unit.", len(letters))
        return finish(url_for("letters.letter_list", tab="drafts"), done)
    place = url_for("letters.letter_page", letter_id=letters[0].id)
    return finish(place, _("The draft was made from the records. Look it over and submit it."))


@bp.route("/cases/letter/chosen", methods=["POST"])
@requires(Permission.LETTER_DRAFT)
@repeatable
def letter_for_chosen() -> Response:
    """Lead from the cases ticked in the problem list to one letter, or say why they do not go into one."""
    cases = [case_for(current_user, one) for one in chosen_ids()]
    letter_drafts.check_company(cases)
    return redirect(url_for("cases.draft_letter", case=[case.id for case in cases]), 303)


@letters_bp.route("/letters/<int:letter_id>", methods=["GET", "POST"])
@requires(Permission.LETTER_SEE)
def letter_page(letter_id: int) -> Page:
    """Show a letter as it will print, with its text to edit while it is a draft."""
    letter = letter_for(current_user, letter_id)
    steps = letter_steps_open_to(standing_of(letter), by=actor_of(current_user))
    if LetterStep.EDIT not in steps:
        return page("letters/letter_page.html", None, letter=letter, **shown(letter, steps))
    form = LetterForm.of(letter).for_letter(letter, _to_choose(letter))
    typed = restore(form, f"letter-{letter.id}", letter)
    if not form.change_rows() and form.validate_on_submit():
        letter = letter_to_change(current_user, letter_id)
        form.check_version(letter, as_typed(letter))
        with form.refusals():
            return _saved(form, letter, typed)
    return page("letters/letter_page.html", form, letter=letter, typed=typed, **shown(letter, steps))


def _to_choose(letter: Letter) -> list[Region]:
    """Return the regions to which a draft may go, where it may go to several."""
    return regions_to_choose(current_user, regions_of(letter)) if KINDS[letter.kind].several else []


def _columns(form: LetterForm) -> drafting.Columns:
    chosen = form.regions.data if "regions" in form else ()
    return form.columns(regions_among(current_user, chosen or ()))


def _saved(form: LetterForm, letter: Letter, typed: Typed) -> Response:
    """Save what was typed, and go on as the button said."""
    here, then = url_for("letters.letter_page", letter_id=letter.id), request.form.get("then")
    letter_drafts.save(letter, _columns(form), form.content(letter), by=current_user, now=g.now)
    if then == "refresh":
        found = letter_drafts.refresh_units(letter, by=current_user, now=g.now, today=g.today)
        return done(typed, here, told(found))
    if then == "submit":
        return done(typed, here, submit_draft(letter))
    return done(typed, here, _("The draft was saved."))


def told(found: drafting.Refreshed) -> str:
    """Say what changed in a letter: figures, the first few one by one, and what it says of relief plans."""
    if not found.units and not found.plans:
        return str(_("The figures are those of today's records; none of them changed."))
    lines = [
        _(
            "%(unit)s, %(year)s: short %(before)s t before, %(after)s t now",
            unit=one.name, year=one.year, before=_short(one.before), after=_short(one.after),
        )
        for one in found.units[:TOLD_MOST]
    ]  # fmt: skip
    more = len(found.units) - TOLD_MOST
    if more > 0:
        lines.append(_("and %(count)s more", count=more))
    if found.plans:
        lines.append(_("what is said of relief plans"))
    return str(_("The figures were taken from today's records: %(changes)s.", changes=_("; ").join(lines)))


def _short(unit: UnitRow | None) -> str:
    return f"{unit.short:,}" if unit else "0"


@letters_bp.route("/letters/<int:letter_id>/preview", methods=["POST"])
@requires(Permission.LETTER_DRAFT)
@repeatable
def preview(letter_id: int) -> Page:
    """Draw the pages of what is being typed, without saving it."""
    letter = letter_for(current_user, letter_id)
    form = LetterForm().for_letter(letter, _to_choose(letter))
    columns = _columns(form)
    addressee = readdressed(letter, columns.addressee_kind, columns.regions, columns.addressee)
    db.session.expunge(letter)  # what is typed into it here is only looked at, never written
    for name in ("addressee", "addressee_kind", "title", "reply_due", "consent_day", "consent_reference"):
        setattr(letter, name, getattr(columns, name))
    letter.addressee = addressee
    letter.content = as_stored(form.content(letter))
    try:
        facts = with_gaps_marked(draft_facts(letter, issuer_of(letter), today=g.today))
        content = printed(facts, current_app.config["SETTINGS"].fonts)
    except RuleError as refusal:
        return page("letters/preview.html", None, pictures=[], trouble=say(refusal))
    pictures = [b64encode(picture(content, n, WIDTH)).decode() for n in range(1, page_count(content) + 1)]
    return page("letters/preview.html", None, pictures=pictures, trouble="")
