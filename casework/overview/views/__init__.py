"""The worklist, the overview as of any day with the lists behind its numbers, result table, bulletins, search."""

from flask import Blueprint

bp = Blueprint("overview", __name__)

from casework.overview.views import glance, lists, pages  # noqa: E402, F401
