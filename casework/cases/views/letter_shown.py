"""What the pages of one letter show of it."""

from typing import Any

from flask import g
from flask_login import current_user

from casework.cases.queries.letters import beside, figures_in, moved_by, verdicts_on
from casework.letters.actions.recipients import WAYS
from casework.letters.models import Letter
from casework.letters.queries import events_of, is_department, prints_of, recipients_seen, texts_of
from casework.letters.stages import progress_of
from casework.letters.views.printed import pages_of
from casework.rules.errors import RuleError
from casework.rules.letter_codes import grouped
from casework.rules.letter_stages import deed_words, letter_stage
from casework.rules.letters import LetterStep
from casework.web.forms import say

PRINTS_SHOWN = 10


def shown(letter: Letter, steps: tuple[LetterStep, ...] = ()) -> dict[str, Any]:
    """Return what every page of one letter shows of it; its way and its cases to the department alone."""
    try:
        pages, trouble = pages_of(letter), ""
    except RuleError as refusal:
        pages, trouble = 0, say(refusal)
    insider = is_department(current_user)  # on its way a letter is the department's own
    named = beside(letter.id) if insider else []
    recipients = recipients_seen(letter, current_user)
    progress = progress_of(recipients)
    return {
        "steps": steps,
        "insider": insider,
        "pages": pages,
        "trouble": trouble,
        "named": named,
        "recipients": recipients,
        "verdicts": verdicts_on(recipients) if letter.number else {},
        "grouped": grouped,
        "progress": progress,
        "stage": letter_stage(letter.state, progress),
        "moved": moved_by(letter.id, named) if letter.ended_at else {},
        "figures": figures_in(letter, named) if insider else None,
        "events": events_of(letter.id) if insider else [],
        "texts": texts_of(letter.id) if insider else [],
        "prints": prints_of(letter.id, PRINTS_SHOWN) if insider and letter.number else [],
        "deed_words": deed_words,
        "ways": dict(WAYS),
        "today": g.today,
    }
