"""How figures and sentences of the rules are said on a page."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from casework.rules.figures import Figure, Quantity
from casework.web.filters import NOTHING, money, percent, tonnes
from casework.web.forms import say_rule

_WRITTEN: dict[Quantity, Callable[[Any], str]] = {
    Quantity.TONNES: tonnes,
    Quantity.YUAN: money,
    Quantity.SHARE: lambda share: percent(share * 100),
    Quantity.POINTS: str,
    Quantity.WORD: lambda word: str(_(word.label)),
}


def figure_text(figure: Figure[Any]) -> str:
    """Write a figure's value as what it is a number of."""
    return NOTHING if figure.value is None else _WRITTEN[figure.quantity](figure.value)


def init_app(app: Flask) -> None:
    """Make both known to the templates: the filter `figure_text` and the function `said`."""
    app.jinja_env.filters["figure_text"] = figure_text
    app.jinja_env.globals["said"] = say_rule
