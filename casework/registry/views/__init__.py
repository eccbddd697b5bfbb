"""Pages of the registers."""

from flask import Blueprint

bp = Blueprint("registry", __name__)

from casework.registry.views import calendar, cycles, enterprises, imports, obligations, prices, trades  # noqa: E402, F401
