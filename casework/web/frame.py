"""What surrounds every page: the navigation, the cycle's countdown, search, bell, person and language."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from flask.sansio.app import App
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.web import clock
from casework.web.door import permissions_needed, public
from casework.web.i18n import LANGUAGES, html_language, language, listed
from casework.web.navigation import Group, navigation_for, waiting_at

_CYCLE = "casework.frame.cycle"


@dataclass(frozen=True)
class CycleHead:
    """The cycle whose deadline comes next; `url` leads to its overview."""

    name: str
    deadline: date
    url: str


@dataclass(frozen=True)
class Frame:
    """Everything base.html shows around the content; an address is None where there is no such page."""

    language_tag: str
    other_languages: list[tuple[str, str]]
    language_url: str | None
    here_url: str
    today: date
    navigation: list[Group]
    here: list[str]
    home_url: str
    worklist_url: str | None
    search_url: str | None
    bell_url: str | None
    bell_count: int
    cycle: CycleHead | None
    person_name: str
    person_roles: str
    account_url: str | None
    sign_out_url: str | None


def show_cycle(app: App, cycle: Callable[[], CycleHead | None]) -> None:
    """Let the registry say which cycle stands at the top of every page."""
    app.extensions[_CYCLE] = cycle


def page_frame() -> Frame:
    """Gather what surrounds the page for whoever is looking at it."""
    person = current_user
    known = person.is_authenticated
    navigation = navigation_for(person.permissions) if known else []
    worklist = _url("overview.worklist")
    cycle = current_app.extensions.get(_CYCLE)
    return Frame(
        language_tag=html_language(),
        other_languages=[(code, name) for code, name in LANGUAGES.items() if code != language()],
        language_url=_url("users.language"),
        here_url=_here(),
        today=g.get("today") or clock.today(),
        navigation=navigation,
        here=[part for group in navigation for item in group.items if item.active for part in (group.label,) if part],
        home_url=url_for("home"),
        worklist_url=worklist,
        search_url=_url_for(person, "overview.search"),
        bell_url=_url("notices.notices"),
        bell_count=waiting_at("overview.worklist") if worklist else 0,
        cycle=cycle() if cycle and known else None,
        person_name=person.name if known else "",
        person_roles=listed(_(role.label) for role in sorted(person.roles)) if known else "",
        account_url=_url("users.account") or _url("users.password"),
        sign_out_url=_url("users.sign_out"),
    )


def _here() -> str:
    """Return where a change of language leads back to: this page if it can be asked for again."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    rule = request.url_rule
    return request.path if rule is not None and "GET" in (rule.methods or ()) else url_for("home")


def _url_for(person: Any, endpoint: str) -> str | None:
    """Return the address of a page that this person may open, so that nobody is led to a closed door."""
    url = _url(endpoint)
    need = permissions_needed(endpoint) if url else None
    return url if need is not None and any(person.may(permission) for permission in need) else None


def _url(endpoint: str) -> str | None:
    """Return the address of a page that is there and open to this person."""
    if endpoint not in current_app.view_functions:
        return None
    need = permissions_needed(endpoint) or ()
    return url_for(endpoint) if not need or any(current_user.may(one) for one in need) else None


def form_token() -> str:
    """Return a token for one form: its first post takes effect, every other is shown the first one's result."""
    return uuid.uuid4().hex


@public
def favicon() -> Response:
    """Lead whoever asks for the old address of the sign to the drawn one: PDF viewers do."""
    return redirect(url_for("static", filename="img/favicon.svg"))


@public
def home() -> Response:
    """Send each person to the first page of the navigation, and strangers to the sign-in."""
    if not current_user.is_authenticated:
        return redirect(url_for("users.sign_in"))
    navigation = navigation_for(current_user.permissions)
    return redirect(navigation[0].items[0].url if navigation else url_for("users.password"))


def init_app(app: Flask) -> None:
    """Make the frame and form tokens known to the templates, and give the program its address "/"."""
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.jinja_env.globals["page_frame"] = page_frame
    app.jinja_env.globals["form_token"] = form_token
