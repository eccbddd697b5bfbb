"""What surrounds every page: the navigation, the cycle's countdown, search, bell, person and language."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from casework.web.navigation import Group, navigation_for, waiting_at

LANGUAGES = (("zh_Hans_CN", "zh-Hans-CN", "中文"), ("en", "en", "English"))
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
    other_languages: list[tuple[str, str, str]]
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


def show_cycle(app: Flask, cycle: Callable[[], CycleHead | None]) -> None:
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
        **_language(),
        here_url=request.full_path.rstrip("?") if request.method == "GET" else request.path,
        today=g.today,
        navigation=navigation,
        here=[part for group in navigation for item in group.items if item.active for part in (group.label,) if part],
        home_url=navigation[0].items[0].url if navigation else url_for("users.sign_in"),
        worklist_url=worklist,
        search_url=_url("overview.search"),
        bell_url=worklist,
        bell_count=waiting_at("overview.worklist") if known and worklist else 0,
        cycle=cycle() if cycle and known else None,
        person_name=person.name if known else "",
        person_roles="、".join(_(role.label) for role in sorted(person.roles)) if known else "",
        account_url=_url("users.account"),
        sign_out_url=_url("users.sign_out"),
    )


def _language() -> dict[str, Any]:
    locale = str(get_locale())
    here = [row for row in LANGUAGES if row[0] == locale] or [LANGUAGES[0]]
    return {
        "language_tag": here[0][1],
        "other_languages": [row for row in LANGUAGES if row != here[0]],
        "language_url": _url("users.language"),
    }


def _url(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def form_token() -> str:
    """Return a token for one form: its first post takes effect, every other is shown the first one's result."""
    return uuid.uuid4().hex


def init_app(app: Flask) -> None:
    """Make the frame and form tokens known to the templates."""
    app.jinja_env.globals["page_frame"] = page_frame
    app.jinja_env.globals["form_token"] = form_token
