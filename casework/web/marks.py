"""Small pieces of markup that stand in every row: signs, badges, days, ticks; files of templates/macros name them.

They are functions because a list shows hundreds: a macro costs several times as much.
"""

from datetime import date, datetime
from functools import lru_cache

from flask import Flask, url_for
from markupsafe import Markup

from casework.rules.letter_stages import LetterStage
from casework.rules.states import State
from casework.web import filters
from casework.web.i18n import translated as _

STATE_LOOKS = {
    State.LISTED: ("plain", "flag"),
    State.ASSISTING: ("accent", "people"),
    State.RELIEF: ("accent", "life-preserver"),
    State.URGED: ("accent", "envelope-paper"),
    State.SUPERVISED: ("strong", "megaphone"),
    State.REFERRED: ("dark", "bank"),
    State.SETTLED: ("done", "hourglass-split"),
    State.CLOSED: ("done", "check-circle"),
}
STAGE_LOOKS = {
    LetterStage.REPLIED: ("done", "check-circle"),
    LetterStage.VOIDED: ("overdue", None),
    LetterStage.REPEALED: ("quiet", None),
}
_ICON = Markup('<svg class="icon" %s focusable="false"><use href="%s#%s"></use></svg>')
_READ_ALOUD = Markup('role="img" aria-label="%s"')
_DECORATION = Markup('aria-hidden="true"')
_BADGE = Markup('<span class="badge-word tone-%s">%s%s</span>')
_NO_DUE = Markup('<span class="due due-none">%s</span>')
_DONE = Markup('<time datetime="%s" class="due">%s</time>')
_DUE = Markup('<time datetime="%s" title="%s" class="due due-%s">%s%s</time>')
_TIME = Markup('<time datetime="%s" class="nowrap">%s</time>')
_TICK = Markup(
    '<td class="tick"><input class="form-check-input m-0" type="checkbox" name="%s" value="%s" aria-label="%s" '
    "data-pick%s></td>"
)
_NOT_SURE = Markup('<span class="badge-word tone-quiet" title="%s">%s</span>')
_DUE_SIGNS = {"overdue": "exclamation-circle", "soon": "clock"}


@lru_cache(maxsize=512)
def icon(name: str, label: str | None = None) -> Markup:
    """Draw one sign of static/img/icons.svg; with a label it is read aloud, without it is decoration."""
    sprite = url_for("static", filename="img/icons.svg")
    return _ICON % (_READ_ALOUD % label if label else _DECORATION, sprite, name)


@lru_cache(maxsize=512)
def badge(word: str, tone: str = "plain", sign: str | None = None) -> Markup:
    """Set a word in a badge; the tone is never alone, the word says the same."""
    return _BADGE % (tone, icon(sign) if sign else "", word)


def state_badge(state: State) -> Markup:
    """Name a state of the workflow with its tone and sign."""
    return badge(_(state.label), *STATE_LOOKS[state])


def stage_badge(stage: LetterStage) -> Markup:
    """Say where a letter stands."""
    return badge(_(stage.label), *STAGE_LOOKS.get(stage, ("accent", None)))


def due(day: date | None, today: date, done: bool = False, provisional: bool = False) -> Markup:
    """Say how far a due day is, "逾期2天", with the day as its title; once done, the day alone.

    A provisional one says so: it may move when the holidays of its year are announced.
    """
    if day is None:
        return _NO_DUE % filters.due_words(day, today)
    if done:
        mark = _DONE % (filters.machine_moment(day), filters.day(day))
    else:
        mark = _due(day, filters.due_tone(day, today), filters.due_words(day, today))
    return mark + " " + not_sure() if provisional else mark


def not_sure() -> Markup:
    """Mark a day that may still move."""
    return _NOT_SURE % (_("Holidays of this year are not announced yet; the day may move."), _("provisional"))


@lru_cache(maxsize=2048)
def _due(day: date, tone: str, words: str) -> Markup:
    sign = icon(_DUE_SIGNS[tone]) if tone in _DUE_SIGNS else ""
    return _DUE % (filters.machine_moment(day), filters.day(day), tone, sign, words)


@lru_cache(maxsize=4096)
def day(value: date | None) -> str:
    """Write a day as 2026-11-22."""
    return filters.NOTHING if value is None else _TIME % (filters.machine_moment(value), filters.day(value))


@lru_cache(maxsize=4096)
def moment(value: datetime | None) -> str:
    """Write a moment as 2026-11-22 10:32."""
    return filters.NOTHING if value is None else _TIME % (filters.machine_moment(value), filters.moment(value))


def tick(value: int, label: str, name: str = "ids", checked: bool = False) -> Markup:
    """Draw the cell in which a row is chosen; it is called what the row is called."""
    return _TICK % (name, value, _("Choose %(what)s", what=label), " checked" if checked else "")


def init_app(app: Flask) -> None:
    """Make the marks known to the templates."""
    drawn = (icon, badge, state_badge, stage_badge, due, not_sure, day, moment, tick)
    marks = {function.__name__: function for function in drawn}
    app.jinja_env.globals["marks"] = marks
