"""A city fills in its units of a round: one list, saved as typed, "no change", submitted, taken back."""

from flask import Response, g, jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.audit.actions import commit
from casework.rounds.actions.filling import Kept, Typing, attach_files, detach_file, keep_typing
from casework.rounds.fill_forms import FillForm, ReportFilesForm, field_name, plain, typings
from casework.rounds.models import Report
from casework.rounds.queries.filling import Card, FillPage, cards_of, fill_page
from casework.rounds.queries.rounds import report_for, round_for
from casework.rounds.views import bp
from casework.rounds.views.deeds import do_deed
from casework.rounds.views.words import field_name as label_of
from casework.rounds.views.words import problem_words
from casework.rules.errors import NotFound, RuleError, Stale
from casework.rules.roles import Permission
from casework.rules.rounds import WITH_CITY
from casework.web.door import repeatable, requires
from casework.web.filters import clock
from casework.web.forms import Page, finish, page, say, undo
from casework.web.i18n import listed


@bp.route("/rounds/<int:round_id>/report", methods=["GET", "POST"])
@requires(Permission.ROUND_REPORT)
def fill(round_id: int) -> Page:
    """Show the units of the reader's region with what is typed, and take what was done with them."""
    round_ = round_for(current_user, round_id)
    shown, form = fill_page(round_, current_user, now=g.now, today=g.today), FillForm()
    contested: dict[str, str] = {}
    if form.validate_on_submit():
        with form.refusals():
            contested = _take(shown)
            if not contested:
                place, message = do_deed(shown, request.form.get("do", "save"))
                return finish(place, message)
    if not contested:
        return _show(shown, form, {})
    undo()
    return Response(str(_show(shown, form, contested)), 409)


def _take(shown: FillPage) -> dict[str, str]:
    """Keep what was typed; return what stands in fields that others changed meanwhile, by the field's name."""
    found: dict[str, str] = {}
    typed = typings(request.form, shown.cards)
    for card in sorted(shown.cards, key=lambda one: one.report.id):
        if (typing := typed.get(card.report.id)) and card.report.state in WITH_CITY:
            kept = keep_typing(card.report, typing, by=current_user, now=g.now, today=g.today)
            found |= {field_name(card, name): text for name, text in kept.contested.items()}
    return found


def _show(shown: FillPage, form: FillForm, contested: dict[str, str]) -> Page:
    typed = typings(request.form, shown.cards) if form.is_submitted() else {}
    shown = fill_page(shown.round, current_user, now=g.now, today=g.today)
    form.open_on_page(shown)
    cards = [_with_typed(card, typed.get(card.report.id)) for card in shown.cards]
    marked = [one for one in request.args.get("marked", "").split(",") if one.isdecimal()]
    fill = FillPage(shown.round, cards, shown.is_open)
    return page("rounds/fill.html", form, round=shown.round, fill=fill, contested=contested, marked=marked)


def _with_typed(card: Card, typing: Typing | None) -> Card:
    """Show what was typed although it was not taken: nothing typed is lost."""
    return card if typing is None else card.holding(typing.typed)


@bp.post("/reports/<int:report_id>/typed")
@requires(Permission.ROUND_REPORT)
@repeatable
def keep_typed(report_id: int) -> tuple[Response, int]:
    """Keep what a page sends while its reader types, and say what the checks find."""
    report = report_for(current_user, report_id)
    try:
        kept = keep_typing(report, _typing(), follows=True, by=current_user, now=g.now, today=g.today)
    except RuleError as refusal:
        if isinstance(refusal, NotFound):
            raise
        undo()
        return jsonify(again=True) if isinstance(refusal, Stale) else jsonify(refused=say(refusal)), 409
    if kept.contested:
        undo()
        return jsonify(contested=dict(kept.contested)), 409
    commit()
    return jsonify(_told(report, kept)), 200


def _typing() -> Typing:
    sent = {name: plain(text) for name, text in request.form.items()}
    typed, base = (
        {name.removeprefix(start): text for name, text in sent.items() if name.startswith(start)}
        for start in ("typed-", "base-")
    )
    return Typing(typed, base)


def _told(report: Report, kept: Kept) -> dict[str, object]:
    card = Card(report, kept.form, report.typed or {}, kept.reading)
    return {
        "stage": card.stage.value,
        "missing": missing_words(card),
        "saved": clock(report.saved_at or g.now),
        "fields": dict(kept.followed),
        "problems": [
            {"name": one.name, "level": one.level.value, "words": problem_words(one)} for one in kept.reading.problems
        ],
    }


@bp.app_template_filter("missing_words")
def missing_words(card: Card) -> str:
    """Say what a card still needs."""
    if card.may_stay:
        return str(_("Change what changed, or say “no change”."))
    if not card.missing:
        return ""
    return str(_("Still to be put right: %(fields)s", fields=listed(label_of(one) for one in card.missing)))


@bp.app_template_global("rest_words")
def rest_words(rest: int, whole: int) -> str:
    """Say what the one button does."""
    return str(_("No change in the other {rest}: submit {all}")).format(rest=rest, all=whole)


@bp.route("/reports/<int:report_id>/files", methods=["GET", "POST"])
@requires(Permission.ROUND_REPORT)
def report_files(report_id: int) -> Page:
    """Attach files to a report."""
    report = report_for(current_user, report_id)
    form = ReportFilesForm()
    form.open_on(report)
    if form.validate_on_submit():
        form.check_version(report)
        with form.refusals():
            attach_files(report, form.files.uploads, by=current_user, now=g.now, today=g.today)
            return finish(_card_url(report), _("The files are attached."))
    return page("rounds/files.html", form, report=report, card=_card(report))


@bp.post("/reports/<int:report_id>/files/<int:file_id>/drop")
@requires(Permission.ROUND_REPORT)
def drop_file(report_id: int, file_id: int) -> Response:
    """Take away a file that was not submitted yet."""
    report = report_for(current_user, report_id)
    detach_file(report, file_id, by=current_user, now=g.now, today=g.today)
    return finish(url_for("rounds.report_files", report_id=report.id), _("The file was taken away."))  # type: ignore[return-value]


def _card(report: Report) -> Card:
    return cards_of([report], today=g.today)[0]


def _card_url(report: Report) -> str:
    return url_for("rounds.fill", round_id=report.round_id, _anchor=f"unit-{report.id}")
