"""Pages of the problem list and of its cases."""

from flask import Blueprint

bp = Blueprint("cases", __name__)

from casework.cases.views import (  # noqa: E402, F401
    applications,
    case,
    deadlines,
    files,
    holdings,
    letter_steps,
    letters,
    listing,
    lists,
    notes,
    penalties,
    plan_drafts,
    planner,
    plans,
    recipients,
    rule_sets,
    signing,
    visits,
    words,
)
