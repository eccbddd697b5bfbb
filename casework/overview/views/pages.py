"""The worklist, the dashboard with its charts, and the search."""

from collections.abc import Sequence

from flask import Response, abort, current_app, g, request, url_for
from flask.sansio.app import App
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import selectinload

from casework.files.views import download, download_list
from casework.letters.models import Letter, Recipient
from casework.letters.queries import recipients_seen
from casework.letters.stages import progress_of, stages_of
from casework.overview.actions import draft_bulletin
from casework.overview.charts import as_address
from casework.overview.drawings import DRAWINGS
from casework.overview.forms import BulletinForm
from casework.overview.published import results_pdf, title_of
from casework.overview.queries.bulletin import bulletins, rounds_to_rest_on
from casework.overview.queries.dashboard import Dashboard, dashboard, next_deadline
from casework.overview.queries.results import HEAD, published, results_of, results_on_page
from casework.overview.queries.search import SHORTEST, search
from casework.overview.queries.task import MOST
from casework.overview.queries.tasks import grouped, tasks_due, worklist_of
from casework.overview.views import bp
from casework.registry.calendar import working_calendar
from casework.registry.models import ComplianceYear, Cycle
from casework.registry.queries import all_cycles, all_years, current_of
from casework.registry.search import folded
from casework.rounds.models import Round
from casework.rules.letter_stages import letter_stage
from casework.rules.letters import AddresseeKind
from casework.rules.roles import Permission
from casework.rules.rounds import RoundState
from casework.settings.queries import setting
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.frame import CycleHead, show_cycle
from casework.web.lists import Order, count, list_page, whole_list
from casework.web.navigation import count_at


@bp.route("/worklist")
@requires(Permission.WORKLIST_SEE)
def worklist() -> Page:
    """Show what this person should do, soonest first."""
    mine = worklist_of(current_user, now=g.now, today=g.today)
    what_next = _("New tasks appear here as soon as a case, a letter or a record needs you.")
    groups = grouped(mine.tasks, g.today)
    return page("overview/worklist.html", groups=groups, mine=mine, most=MOST, today=g.today, what_next=what_next)


@bp.route("/overview", endpoint="dashboard")
@requires(Permission.OVERVIEW_SEE)
def dashboard_page() -> Page:
    """Show where a cycle stands."""
    board = _board()
    drawn = {name: as_address(draw(board)) for name, draw in DRAWINGS.items()} if board else {}
    return page("overview/dashboard.html", board=board, drawn=drawn, cycles=all_cycles(), today=g.today)


@bp.route("/results")
@requires(Permission.OVERVIEW_SEE)
def results() -> Page:
    """Show the result table of a compliance year as it is published."""
    year, years = _year()
    listing = results_on_page(year, current_user, request.args) if year else None
    rows = list(published(listing.rows, listing.first)) if listing else []
    title = title_of(year.label, current_user.region.name) if year else ""
    return page("overview/results.html", year=year, years=years, head=HEAD, rows=rows, listing=listing, title=title)


def _year() -> tuple[ComplianceYear | None, list[ComplianceYear]]:
    """Return the year that is asked for, else the last whose deadline has passed, and all of them."""
    years = all_years()
    asked = [year for year in years if year.label == request.args.get("year")]
    over = [year for year in years if year.cycle.deadline <= g.now]
    return next(iter(asked or over or years), None), years


@bp.route("/results.<kind>")
@requires(Permission.OVERVIEW_SEE)
def results_file(kind: str) -> Response:
    """Give the result table of a year as a workbook or as PDF."""
    year, _years = _year()
    if year is None or kind not in {"xlsx", "pdf"}:
        abort(404)
    region, rows = current_user.region.name, results_of(year, current_user)
    if kind == "xlsx":
        return download_list(title_of(year.label, region), HEAD, published(rows))
    pdf = results_pdf(
        year.label, region, rows, organ=setting("organ"), today=g.today, fonts=current_app.config["SETTINGS"].fonts
    )
    return download(pdf, f"{title_of(year.label, region)} {g.today}.pdf", "application/pdf")


BULLETIN_ORDER = Order({"id": Letter.id, "signed": Letter.signing_day}, default="-id", tie=Letter.id)


@bp.route("/bulletins", endpoint="bulletins")
@requires(Permission.LETTER_SEE)
def bulletin_list() -> Page:
    """Show the bulletins: to a region those that it received."""
    stmt = bulletins(current_user).options(selectinload(Letter.recipients).joinedload(Recipient.region))
    listing = list_page(stmt, BULLETIN_ORDER, request.args, total=count(stmt))
    progress = {one.id: progress_of(recipients_seen(one, current_user)) for one in listing.rows}
    stages = {one.id: letter_stage(one.state, progress[one.id]) for one in listing.rows}
    return page("overview/bulletins.html", listing=listing, progress=progress, stages=stages)


@bp.route("/bulletins.xlsx")
@requires(Permission.LETTER_SEE)
def bulletins_export() -> Response:
    """Give the bulletins as a workbook."""
    stmt = bulletins(current_user).options(selectinload(Letter.recipients).joinedload(Recipient.region))
    head = [_("Title"), _("Number"), _("State"), _("Signed on"), _("Recipients"), _("Acknowledged by"), _("Replied by")]
    rows = whole_list(stmt, BULLETIN_ORDER, request.args)
    return download_list(_("Bulletins"), head, map(_exported, rows))


def _exported(letter: Letter) -> list[object]:
    done = progress_of(recipients_seen(letter, current_user))
    return [
        letter.title, letter.document_number, _(letter_stage(letter.state, done).label), letter.signing_day,
        done.recipients, done.received, done.replied,
    ]  # fmt: skip


@bp.route("/bulletins/new", methods=["GET", "POST"])
@requires(Permission.LETTER_DRAFT)
def new_bulletin() -> Page:
    """Draft a bulletin from a round and today's records, or from the records alone."""
    cycles = all_cycles()
    rounds = rounds_to_rest_on(cycle.id for cycle in cycles)
    bases: dict[str, tuple[Cycle, Round | None]] = {f"cycle-{one.id}": (one, None) for one in cycles}
    bases |= {f"round-{one.id}": (one.cycle, one) for one in rounds}
    form = BulletinForm.offering(rounds, cycles, rests_on=_proposed(rounds, cycles))
    if form.validate_on_submit():
        with form.refusals():
            cycle, round_ = bases[form.rests_on.data]
            letter = draft_bulletin(
                cycle, round_, AddresseeKind(form.addressee_kind.data), calendar=working_calendar(), by=current_user,
                now=g.now, today=g.today,
            )  # fmt: skip
            place = url_for("letters.letter_page", letter_id=letter.id)
            return finish(place, _("The draft was made from the records. Look it over and submit it."))
    return page("overview/bulletin_new.html", form)


def _proposed(rounds: Sequence[Round], cycles: Sequence[Cycle]) -> str | None:
    """Return what is asked for in the address, else the last frozen round of the cycle at hand, else that cycle."""
    current = current_of(cycles, g.now)
    asked = [one for one in rounds if str(one.id) == request.args.get("round")]
    frozen = [one for one in rounds if current and one.cycle_id == current.id and one.state is RoundState.FROZEN]
    if found := next(iter(asked or frozen), None):
        return f"round-{found.id}"
    return f"cycle-{current.id}" if current else None


@bp.route("/search", endpoint="search")
@requires(Permission.CASE_SEE, Permission.REGISTRY_SEE)
def search_page() -> Page:
    """Show units, cases and letters that hold the words."""
    words = request.args.get("q", "").strip()[:80]
    found = search(words, reader=current_user) if len(folded(words)) >= SHORTEST else None
    letters = found.letters if found else ()
    stages = stages_of(letters, [one.id for one in letters], current_user)
    return page("overview/search.html", words=words, found=found, stages=stages, shortest=SHORTEST)


def _board() -> Dashboard | None:
    cycle = current_of(all_cycles(), g.now, label=request.args.get("cycle"))
    return None if cycle is None else dashboard(cycle, day=g.today, reader=current_user)


def countdown() -> CycleHead | None:
    """Say which cycle's deadline stands at the top of every page."""
    found = next_deadline(g.now)
    if found is None or not current_user.may(Permission.OVERVIEW_SEE):
        return None
    label, day = found
    return CycleHead(label, day, url_for("overview.dashboard", cycle=label))


def _what_is_due() -> int:
    return tasks_due(current_user, now=g.now, today=g.today)


def _show_what_waits(app: App) -> None:
    show_cycle(app, countdown)
    count_at(app, "overview.worklist", _what_is_due)


bp.record_once(lambda setup: _show_what_waits(setup.app))
