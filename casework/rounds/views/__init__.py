"""Pages of reporting rounds: the department's, and what every reader sees of a report."""

from flask import Blueprint

bp = Blueprint("rounds", __name__)

from casework.rounds.views import (  # noqa: E402, F401
    corrections,
    filling,
    proposals,
    region_lines,
    reports,
    reviewing,
    rounds,
    schedules,
    sheets,
    words,
)
