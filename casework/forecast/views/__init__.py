"""The pages of forecasts."""

from flask import Blueprint

bp = Blueprint("forecast", __name__)

from casework.forecast.views import hindcast, outlook, what_if  # noqa: E402, F401
