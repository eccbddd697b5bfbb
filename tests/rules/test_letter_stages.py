"""Where a letter stands as it is shown, and what was done with it, in the words of an office."""

import pytest

from casework.rules.letter_stages import DRAFTED, LetterStage, Progress, deed_words, letter_stage
from casework.rules.letters import LetterState, LetterStep

REGISTERED, STAGE = LetterState.REGISTERED, LetterStage


@pytest.mark.parametrize(
    ("progress", "stage"),
    [
        (Progress(1, 0, 0, 0, 1), STAGE.REGISTERED),
        (Progress(1, 1, 0, 0, 1), STAGE.DISPATCHED),
        (Progress(1, 1, 1, 0, 1), STAGE.RECEIVED),
        (Progress(1, 1, 1, 1, 1), STAGE.REPLIED),
        (Progress(6, 5, 5, 0, 0), STAGE.GOING_OUT),
        (Progress(6, 6, 5, 0, 0), STAGE.DISPATCHED),
        (Progress(6, 6, 6, 0, 0), STAGE.RECEIVED),
        (Progress(6, 6, 6, 5, 6), STAGE.RECEIVED),
        (Progress(6, 6, 6, 6, 6), STAGE.REPLIED),
        (Progress(), STAGE.REGISTERED),
    ],
)
def test_a_registered_letter_stands_where_all_its_recipients_are(progress, stage):
    assert letter_stage(REGISTERED, progress) is stage


@pytest.mark.parametrize("state", [one for one in LetterState if one is not REGISTERED])
def test_before_the_number_and_after_the_end_the_state_says_it_all(state):
    assert letter_stage(state, Progress(1, 1, 1, 1, 1)).value == state.value
    assert letter_stage(state, Progress()).label == state.label


def test_each_stage_has_its_own_word_and_each_step_says_what_was_done():
    assert len({one.label for one in LetterStage}) == len(LetterStage)
    done = {deed_words(step, LetterState.DRAFT) for step in LetterStep}
    assert len(done) == len(LetterStep)
    assert deed_words(LetterStep.EDIT, None) == DRAFTED
    assert DRAFTED not in done
