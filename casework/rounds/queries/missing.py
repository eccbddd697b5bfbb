"""What a round still lacks: reports that the city owes, and that are still of use."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.cases.models import Case
from casework.rounds.models import Report
from casework.rules.rounds import GIVEN, WITH_CITY
from casework.rules.states import State

_case, _later = aliased(Case), aliased(Report)

# With the city, of a case that is still open, and no later round has reported the unit: that one speaks of it now.
STILL_WANTED = sa.and_(
    Report.state.in_(WITH_CITY),
    sa.exists().where(_case.id == Report.case_id, _case.state != State.CLOSED),
    ~sa.exists().where(_later.case_id == Report.case_id, _later.id > Report.id, _later.state.in_(GIVEN)),
)
