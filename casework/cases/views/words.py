"""How the history names what changed."""

import re
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from casework.cases.models import Answer, VisitKind
from casework.cases.views import bp
from casework.rules.measures import MeasureKind
from casework.rules.penalties import REGIMES
from casework.rules.words import N_
from casework.rules.workflow import Ending
from casework.web.i18n import listed

NAMES = {
    "officer": N_("Officer"),
    "working_deadline": N_("Working deadline"),
    "new_day": N_("New day"),
    "extension_lapsed": N_("Request for an extension, lapsed"),
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
    "rule_sets": N_("Checked by the rule set"),
    "summary": N_("Situation and approach"),
    "measures": N_("Measures"),
    "files": N_("Files"),
    "accepted": N_("Accepted"),
    "measure": N_("Measure"),
    "report": N_("Reporting round"),
    "import": N_("Import no."),
    "surrendered": N_("Surrendered so far (t)"),
    "measure_done": N_("Measure of the relief plan done"),
    "done_day": N_("Done on"),
    "done_tonnes": N_("Tonnes brought"),
    "certificates": N_("Certificate number"),
    "kind": N_("Kind of visit"),
    "regime": N_("Rules in force"),
    "order_day": N_("Day of the order to correct"),
    "decision_number": N_("Decision number"),
    "decision_day": N_("Day of the decision"),
    "amount": N_("Fine (yuan)"),
    "corrected_day": N_("Corrected on"),
    "sent_to": N_("Sent to"),
    "sent_day": N_("Sent on"),
    "answer_due": N_("Answer expected by"),
    "answer": N_("Answer to the application"),
    "answered_day": N_("Answered on"),
    "holdings": N_("Allowances held (t)"),
    "holdings_day": N_("As of"),
    "holdings_source": N_("Confirmed by"),
    "allocation_cut": N_("Cut of the next allocation (t)"),
}
_REGIMES = {regime.code: regime.name for regime in REGIMES}
_ENDINGS = {ending.label: ending.label for ending in Ending}
_MONEY = re.compile(r"\d+\.\d{2}")
_WORDS = {kind.value: kind.label for kind in (*VisitKind, *MeasureKind, *Answer)} | _REGIMES | _ENDINGS


@bp.app_template_filter("change_name")
def change_name(name: str) -> str:
    """Return what a changed field is called."""
    return str(_(NAMES[name])) if name in NAMES else name


@bp.app_template_filter("regime_name")
def regime_name(code: str) -> str:
    """Return what the rules of this code are called."""
    return str(_(_REGIMES[code]))


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
        return listed(change_value(one) for one in value)
    if isinstance(value, str) and _MONEY.fullmatch(value):
        return f"{Decimal(value):,}"
    return str(_(_WORDS[value])) if value in _WORDS else str(value)
