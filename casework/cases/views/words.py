"""How the history names what changed."""

from typing import Any

from flask_babel import gettext as _

from casework.cases.models import VisitKind
from casework.cases.views import bp
from casework.rules.words import N_
from casework.rules.workflow import Ending

NAMES = {
    "officer": N_("Officer"),
    "working_deadline": N_("Working deadline"),
    "new_day": N_("New day"),
    "expected_end": N_("Expected end"),
    "ending": N_("What ended the matter"),
    "visit": N_("Visit"),
    "day": N_("Day"),
    "people": N_("Who took part"),
    "findings": N_("Findings"),
    "follow_ups": N_("What is to follow"),
    "follow_up_done": N_("Done"),
    "note": N_("Progress"),
    "text": N_("Progress"),
    "plan": N_("Relief plan"),
    "summary": N_("Situation and approach"),
    "measures": N_("Measures"),
    "files": N_("Files"),
    "accepted": N_("Accepted"),
    "order_day": N_("Day of the order to correct"),
    "decision_number": N_("Decision number"),
    "decision_day": N_("Day of the decision"),
    "amount": N_("Fine (yuan)"),
    "corrected_day": N_("Corrected on"),
    "allocation_cut": N_("Cut of the next allocation (t)"),
}
_KINDS = {kind.value: kind.label for kind in VisitKind} | {ending.label: ending.label for ending in Ending}


@bp.app_template_filter("change_name")
def change_name(name: str) -> str:
    """Return what a changed field is called."""
    return str(_(NAMES[name])) if name in NAMES else name


@bp.app_template_filter("change_value")
def change_value(value: Any) -> str:
    """Return a changed value as text."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, int):
        return f"{value:,d}"
    if isinstance(value, list):
        return "、".join(change_value(one) for one in value)
    return str(_(_KINDS[value])) if value in _KINDS else str(value)
