"""The pages of forecasts."""

from flask import Blueprint

bp = Blueprint("forecast", __name__)

from casework.forecast.views import outlook as _outlook  # noqa: E402, F401
