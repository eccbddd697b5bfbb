"""The case that a page is about."""

from flask import request
from flask_login import current_user

from casework.cases.models import Case
from casework.cases.queries.one_case import case_for, case_to_change


def case_at_hand(case_id: int) -> Case:
    """Return the case; where a form is sent its row is locked before what hangs on it is read and compared."""
    return case_to_change(current_user, case_id) if request.method == "POST" else case_for(current_user, case_id)
