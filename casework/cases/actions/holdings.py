"""Confirming what lies in a unit's accounts, which compulsory surrender rests on."""

from datetime import date, datetime
from typing import Any

from casework.cases.actions.plans import AT_REST
from casework.cases.actions.steps import tell
from casework.cases.models import Case
from casework.rules.errors import RuleError
from casework.rules.words import N_
from casework.users.models import Account


def confirm_holdings(
    case: Case, *, tonnes: int, day: date, source: str, by: Account, now: datetime, today: date
) -> None:
    """Record what somebody found in the accounts; a later confirmation takes its place, the history keeps both."""
    case.hold()
    if case.state in AT_REST:
        raise RuleError("Nothing is left to be relieved: the case is settled or closed.")
    if day > today:
        raise RuleError("This day lies in the future.", field="holdings_day")
    found: dict[str, Any] = {"holdings": tonnes, "holdings_day": day, "holdings_source": source.strip()}
    details = {name: [getattr(case, name), value] for name, value in found.items()}
    for name, value in found.items():
        setattr(case, name, value)
    tell(case, N_("Holdings confirmed"), by=by, now=now, details=details)
