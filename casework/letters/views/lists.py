"""The list of letters, by where they stand, and how many of them wait for the person at the screen."""

from collections.abc import Mapping
from functools import partial

from flask import Response, g, request
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.letters.models import Letter
from casework.letters.queries import Tab, is_department, letters_in, recipients_seen, tab_counts, tabs_for
from casework.letters.stages import progress_of, stage_of
from casework.letters.views import bp
from casework.letters.waiting import letters_waiting
from casework.rules.roles import Permission, Role
from casework.web.door import requires
from casework.web.forms import Page, page
from casework.web.lists import Order, count, list_page, whole_list
from casework.web.navigation import count_at

ORDER = Order({"id": Letter.id, "title": Letter.title, "reply": Letter.reply_due}, default="-id", tie=Letter.id)
FIRST_TAB = {Role.REVIEWER: "review", Role.LEADER: "sign"}


def _asked() -> Tab:
    tabs = {tab.key: tab for tab in tabs_for(current_user)}
    usual = next((FIRST_TAB[role] for role in current_user.roles if role in FIRST_TAB), "")
    if not is_department(current_user):  # a region begins where something waits for it
        usual = next((key for key in tabs if _waiting().get(key)), "")
    return tabs.get(request.args.get("tab", "")) or tabs.get(usual) or next(iter(tabs.values()))


@bp.route("/letters")
@requires(Permission.LETTER_SEE)
def letter_list() -> Page:
    """Show the letters of a tab, the newest first."""
    tab = _asked()
    stmt = letters_in(tab, current_user)
    listing = list_page(stmt, ORDER, request.args, total=count(stmt))
    return page(
        "letters/letter_list.html",
        None,
        tab=tab,
        tabs=[(_(one.label), one.key) for one in tabs_for(current_user)],
        counts=tab_counts(current_user),
        waiting=_waiting(),
        recipients_of=partial(recipients_seen, reader=current_user),
        progress_of=progress_of,
        stage_of=partial(stage_of, reader=current_user),
        listing=listing,
        export=listing.export_url("letters.export"),
        today=g.today,
    )


@bp.route("/letters.xlsx")
@requires(Permission.LETTER_SEE)
def export() -> Response:
    """Give the letters of a tab as a workbook."""
    tab = _asked()
    head = [
        _("Title"), _("Number"), _("Kind"), _("Addressee"), _("State"), _("Drafter"), _("Signed on"),
        _("Reply due"), _("Provisional"), _("Received"), _("Replied"),
        _("Recipients"), _("Acknowledged by"), _("Replied by"),
    ]  # fmt: skip
    rows = whole_list(letters_in(tab, current_user), ORDER, request.args)
    return download_list(f"{_('Letters')} {_(tab.label)}", head, map(_exported, rows))


def _exported(letter: Letter) -> list[object]:
    mine = recipients_seen(letter, current_user) if letter.number else []
    progress = progress_of(mine)
    days = (mine[0].received_day, mine[0].replied_day) if len(mine) == 1 else (None, None)
    return [
        letter.title, letter.document_number, _(letter.kind.label), letter.addressee,
        _(stage_of(letter, current_user).label),
        letter.drafter.name, letter.signing_day, letter.reply_due,
        _("provisional") if letter.reply_provisional else "", *days,
        progress.recipients, progress.received, progress.replied,
    ]  # fmt: skip


def _waiting() -> Mapping[str, int]:
    """Return how many letters wait for the person at the screen, by tab; asked once in a request."""
    if "letters_waiting" not in g:
        g.letters_waiting = letters_waiting(current_user, now=g.now, today=g.today)
    waiting: Mapping[str, int] = g.letters_waiting
    return waiting


bp.record_once(lambda setup: count_at(setup.app, "letters.letter_list", lambda: sum(_waiting().values())))
