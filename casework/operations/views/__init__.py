"""Pages that keep the program running: handing over, background work, health, the audit trail."""

from flask import Blueprint

bp = Blueprint("operations", __name__)

from casework.operations.views import handover, running, trail  # noqa: E402, F401
