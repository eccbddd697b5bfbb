"""How far letters have come, as their readers see it: the one source of the badge that every list and page shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from casework.db import read_rows
from casework.letters.models import Letter, Recipient
from casework.letters.queries import is_department, of_region, recipients_seen
from casework.rules.letter_stages import LetterStage, Progress, letter_stage
from casework.rules.letters import LetterState
from casework.users.models import Account


def progress_of(recipients: Sequence[Recipient]) -> Progress:
    """Count the recipients that are given."""
    return Progress(
        len(recipients),
        sum(one.dispatched_day is not None for one in recipients),
        sum(one.received_day is not None for one in recipients),
        sum(one.replied_day is not None for one in recipients),
        sum(one.reply_due is not None for one in recipients),
    )


def stage_of(letter: Letter, reader: Account) -> LetterStage:
    """Say where a letter stands whose recipients are at hand."""
    return letter_stage(letter.state, progress_of(recipients_seen(letter, reader)))


_COUNTED = sa.select(
    Recipient.letter_id,
    sa.func.count(),
    sa.func.count(Recipient.dispatched_day),
    sa.func.count(Recipient.received_day),
    sa.func.count(Recipient.replied_day),
    sa.func.count(Recipient.reply_due),
).group_by(Recipient.letter_id)


def stages_of(
    letters: Iterable[Any], among: sa.Select[Any] | Sequence[int], reader: Account
) -> Mapping[int, LetterStage]:
    """Say where each of these rows (id, state) stands, in one query over the ids `among` which they are."""
    rows = [(one.id, one.state) for one in letters]
    found: dict[int, Progress] = defaultdict(Progress)
    if any(state is LetterState.REGISTERED for _id, state in rows):
        stmt = _COUNTED.where(Recipient.letter_id.in_(among))
        stmt = stmt if is_department(reader) else stmt.where(of_region(reader))
        found |= {row[0]: Progress(*row[1:]) for row in read_rows(stmt)}
    return {letter_id: letter_stage(state, found[letter_id]) for letter_id, state in rows}
