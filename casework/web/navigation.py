"""The navigation at the left, by task: a table of entries, of which a person sees what is open to that person."""

from collections.abc import Callable, Container
from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask.sansio.app import App

from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.web.i18n import translated

_EXTENSION = "casework.navigation"


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; it is marked on every endpoint that begins with one of `covers`."""

    endpoint: str
    label: str
    icon: str
    permission: Permission
    covers: tuple[str, ...]


def _entry(endpoint: str, label: str, icon: str, permission: Permission, *covers: str) -> Entry:
    return Entry(endpoint, label, icon, permission, (endpoint, *covers))


_P = Permission
NAVIGATION: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            _entry("overview.worklist", N_("Worklist"), "list-task", _P.WORKLIST_SEE),
            _entry(
                "overview.leaders",
                N_("Overview"),
                "speedometer2",
                _P.OVERVIEW_SEE,
                "overview.dashboard",
                "overview.effort",
                "overview.behind",
                "overview.results",
            ),
            _entry("forecast.forecast", N_("Forecast"), "graph-up", _P.OVERVIEW_SEE, "forecast."),
        ),
    ),
    (
        N_("Supervision"),
        (
            _entry("cases.case_list", N_("Problem list"), "flag", _P.CASE_SEE, "cases."),
            _entry("rounds.round_list", N_("Reporting rounds"), "clipboard-check", _P.ROUND_SEE, "rounds."),
            _entry("registry.enterprises", N_("Enterprises and obligations"), "building", _P.REGISTRY_SEE, "registry."),
            _entry("registry.imports", N_("Import"), "upload", _P.REGISTRY_EDIT, "registry.import"),
        ),
    ),
    (
        N_("Documents"),
        (
            _entry(
                "letters.letter_list", N_("Letters"), "envelope-paper", _P.LETTER_SEE, "letters.", "cases.draft_letter"
            ),
            _entry(
                "overview.bulletins",
                N_("Bulletins"),
                "megaphone",
                _P.LETTER_SEE,
                "overview.bulletin",
                "overview.new_bulletin",
            ),
            _entry("letters.register", N_("Register of documents"), "journal-text", _P.REGISTER_SEE),
        ),
    ),
    (
        N_("Administration"),
        (
            _entry("users.accounts", N_("Accounts and roles"), "people", _P.ACCOUNT_ADMIN, "users.account_"),
            _entry("users.regions", N_("Regions"), "diagram-3", _P.ACCOUNT_ADMIN, "users.region"),
            _entry("settings.settings", N_("Settings"), "gear", _P.SETTINGS_EDIT, "settings."),
            _entry(
                "letters.templates", N_("Letter templates"), "file-earmark-text", _P.TEMPLATE_SEE, "letters.template"
            ),
            _entry("cases.rule_sets", N_("Rule sets"), "journal-text", _P.RULE_SET_SEE, "cases.rule_set"),
            _entry("registry.cycles", N_("Compliance cycles"), "calendar3", _P.SETTINGS_EDIT, "registry.cycle"),
            _entry("registry.calendar_now", N_("Working calendar"), "calendar3", _P.SETTINGS_EDIT, "registry.calendar"),
            _entry("operations.jobs", N_("Background work"), "activity", _P.JOBS_SEE, "operations.job"),
            _entry("mail.outbox_page", N_("Outbox"), "send", _P.JOBS_SEE, "mail.outbox", "mail.mail_"),
            _entry("operations.health", N_("Health"), "hdd", _P.JOBS_SEE),
            _entry("operations.trail", N_("Audit trail"), "shield-check", _P.TRAIL_SEE, "operations.trail"),
        ),
    ),
)


@dataclass(frozen=True)
class Item:
    """One line as the page shows it."""

    label: str
    url: str
    icon: str
    count: int
    active: bool


@dataclass(frozen=True)
class Group:
    """Lines that belong together, under a heading or none."""

    label: str
    items: list[Item]


def count_at(app: App, endpoint: str, counter: Callable[[], int]) -> None:
    """Let a feature show how much waits behind an entry; the counter is asked once per request."""
    app.extensions.setdefault(_EXTENSION, {})[endpoint] = counter


def waiting_at(endpoint: str) -> int:
    """Return how much waits behind an entry, 0 where nobody counts."""
    counter = current_app.extensions.get(_EXTENSION, {}).get(endpoint)
    if counter is None:
        return 0
    known: dict[str, int] = g.setdefault("waiting", {})
    if endpoint not in known:
        known[endpoint] = counter()
    return known[endpoint]


def navigation_for(permissions: Container[Permission]) -> list[Group]:
    """Return the groups of entries whose pages exist and which these permissions open."""
    at = _entry_of(request.endpoint or "", permissions)
    groups = []
    for heading, entries in NAVIGATION:
        items = [
            Item(translated(entry.label), url_for(entry.endpoint), entry.icon, waiting_at(entry.endpoint), entry is at)
            for entry in entries
            if entry.permission in permissions and entry.endpoint in current_app.view_functions
        ]
        if items:
            groups.append(Group(translated(heading) if heading else "", items))
    return groups


def _entry_of(endpoint: str, permissions: Container[Permission]) -> Entry | None:
    """Return the entry, of those a person sees, that covers an endpoint most closely."""
    best: tuple[int, Entry | None] = (0, None)
    for _heading, entries in NAVIGATION:
        for entry in (one for one in entries if one.permission in permissions):
            length = max((len(start) for start in entry.covers if endpoint.startswith(start)), default=0)
            if length > best[0]:
                best = (length, entry)
    return best[1]
