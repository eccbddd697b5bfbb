"""Pages of the problem list and of its cases."""

from flask import Blueprint

bp = Blueprint("cases", __name__)

from casework.cases.views import lists  # noqa: E402, F401
