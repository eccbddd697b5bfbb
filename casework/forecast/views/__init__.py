"""The pages of forecasts."""

from flask import Blueprint

from casework.cases.views.foreseen import foresee_with
from casework.forecast.queries.warning import not_expected

bp = Blueprint("forecast", __name__)

from casework.forecast.views import hindcast, outlook, what_if  # noqa: E402, F401

bp.record_once(lambda setup: foresee_with(setup.app, not_expected))
