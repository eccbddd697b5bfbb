"""Cases: state, history, and everything that hangs on them."""

from casework.cases.models.case import Case, CaseCause, CaseEvent, CaseLetter, CaseTally, ReplyVerdict
from casework.cases.models.hanging import (
    BEING_DECIDED,
    Answer,
    Application,
    CaseFile,
    Extension,
    FollowUp,
    Measure,
    Note,
    Pause,
    Penalty,
    Plan,
    PlanState,
    Visit,
    VisitKind,
)
from casework.cases.models.rule_sets import KeptRuleSet, RuleSetEvent, RuleSetVersion

__all__ = [
    "BEING_DECIDED",
    "Answer",
    "Application",
    "Case",
    "CaseCause",
    "CaseEvent",
    "CaseFile",
    "CaseLetter",
    "CaseTally",
    "Extension",
    "FollowUp",
    "KeptRuleSet",
    "Measure",
    "Note",
    "Pause",
    "Penalty",
    "Plan",
    "PlanState",
    "ReplyVerdict",
    "RuleSetEvent",
    "RuleSetVersion",
    "Visit",
    "VisitKind",
]
