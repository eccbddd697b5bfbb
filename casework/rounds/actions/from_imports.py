"""What an import proposes: what a plan's measures brought by now; it is taken over only when an officer says so."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.cases.models import Case
from casework.db import db
from casework.registry.actions.followers import follows_imports
from casework.registry.models import ImportBatch
from casework.registry.queries import in_parts
from casework.rounds.actions.proposing import declined_of, end_proposal, open_proposals
from casework.rounds.models import RecordProposal
from casework.rounds.queries.actuals import actuals_of
from casework.rounds.queries.facts import owed_by_case
from casework.rules.actuals import Actual
from casework.rules.reports import RecordKind
from casework.rules.states import State


@follows_imports
def propose_actuals(batch: ImportBatch, enterprise_ids: Sequence[int], *, by: Who, now: datetime) -> None:
    """Write what the plans of these enterprises should note, and end what earlier imports and reports proposed else.

    What is proposed already stays with the import that first showed it; what an officer declined is not proposed again
    while it stays the same.
    """
    for part in in_parts(enterprise_ids):
        case_ids = _hold(batch, part)
        _end_known(case_ids, now=now)
        wanted = {(case_id, one.measure_id): one for case_id, some in actuals_of(case_ids).items() for one in some}
        made = _write(batch, case_ids, wanted, now=now)
        if made:
            record("measures proposed", "import", batch.id, by=by, now=now, after={"cases": made})


def _hold(batch: ImportBatch, enterprise_ids: Sequence[int]) -> list[int]:
    """Lock the open cases of these enterprises in the cycle that the import speaks of."""
    cycle_id = batch.year.cycle_id if batch.year else batch.cycle_id
    stmt = sa.select(Case.id).where(Case.enterprise_id.in_(enterprise_ids), Case.cycle_id == cycle_id)
    stmt = stmt.where(Case.state != State.CLOSED).order_by(Case.id)
    return list(db.session.scalars(stmt.with_for_update(of=Case, key_share=True)))


def _end_known(case_ids: Sequence[int], *, now: datetime) -> None:
    """End what reports proposed to record as surrendered where the records show as much by now."""
    owed, of_cases = owed_by_case(case_ids), RecordProposal.case_id.in_(case_ids)
    for row in open_proposals(sa.and_(of_cases, RecordProposal.kind == RecordKind.SURRENDERED)):
        if (row.after or 0) <= owed.get(row.case_id, (0, 0))[1]:
            end_proposal(row, now=now)
    db.session.flush()


def _write(
    batch: ImportBatch, case_ids: Sequence[int], wanted: dict[tuple[int, int], Actual], *, now: datetime
) -> list[int]:
    """Write what is wanted and neither open nor declined, end what is not wanted any more; return the cases."""
    of_imports = sa.and_(RecordProposal.case_id.in_(case_ids), RecordProposal.import_id.is_not(None))
    declined, standing = declined_of(of_imports), set()
    for row in open_proposals(of_imports):
        actual = wanted.get((row.case_id, row.target_id))
        if actual and (actual.before, actual.tonnes) == (row.before, row.after):
            standing.add((row.case_id, row.target_id))
        else:
            end_proposal(row, now=now)
    db.session.flush()
    made = set()
    for (case_id, measure_id), actual in wanted.items():
        change = (case_id, RecordKind.MEASURE_DONE, measure_id, actual.before, actual.tonnes)
        if (case_id, measure_id) not in standing and change not in declined:
            db.session.add(
                RecordProposal(
                    import_id=batch.id, case_id=case_id, kind=RecordKind.MEASURE_DONE, target_id=measure_id,
                    before=actual.before, after=actual.tonnes, day=actual.day, proposed_at=now,
                )
            )  # fmt: skip
            made.add(case_id)
    db.session.flush()
    return sorted(made)
