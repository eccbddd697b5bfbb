"""What recurs: rounds that are due are made, rounds whose moment has come are frozen."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from casework.audit.actions import commit, roll_back
from casework.jobs.actions import handles
from casework.jobs.models import Job
from casework.registry.calendar import working_calendar
from casework.rounds.actions import from_imports as _follower  # noqa: F401  imports are taken over in the background
from casework.rounds.actions.freezing import freeze_round, rounds_to_freeze
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.actions.schedules import make_due_rounds
from casework.rounds.models import Round
from casework.rounds.queries.schedules import active_schedules
from casework.web import clock

ROUNDS_JOB = "rounds"
log = structlog.get_logger()


@handles(ROUNDS_JOB, every=timedelta(minutes=1))
def keep_rounds(_job: Job) -> Any:
    """Freeze first, then open: each round in a transaction of its own, so that one that fails holds up no other."""
    now = clock.now()
    failed: list[str] = []
    frozen = sum(
        _alone(partial(freeze_round, one, by=BY_SCHEDULE, now=now), failed) for one in rounds_to_freeze(now=now)
    )
    calendar = working_calendar()
    opened = sum(_alone(partial(make_due_rounds, one, calendar, now=now), failed) for one in active_schedules())
    if failed:
        raise RuntimeError("; ".join(failed))
    return {"frozen": frozen, "opened": opened}


def _alone(deed: Callable[[], bool | list[Round]], failed: list[str]) -> int:
    try:
        done = deed()
        count = len(done) if isinstance(done, list) else int(done)
    except Exception as error:  # whatever it was, people must see it at the job
        log.exception("round failed")
        roll_back()
        failed.append(f"{type(error).__name__}: {error}")
        return 0
    commit()
    return count
