"""A letter's life: the whole product of state, step and role against a table written by hand."""

from itertools import product

import pytest

from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.letter_steps import LetterStanding, letter_advance, letter_refusal, letter_steps_open_to
from casework.rules.letters import LetterState, LetterStep
from casework.rules.roles import Role

DRAFTER, REVIEWER, LEADER, STRANGER = 1, 2, 3, 9
POSSIBLE = {  # (state, step, role) -> state; written out, not computed
    ("draft", "edit", "officer"): "draft",
    ("draft", "submit", "officer"): "in_review",
    ("in_review", "return_from_review", "reviewer"): "draft",
    ("in_review", "pass_review", "reviewer"): "to_sign",
    ("in_review", "recall", "officer"): "draft",
    ("to_sign", "recall", "officer"): "draft",
    ("to_sign", "return_from_signing", "leader"): "draft",
    ("to_sign", "sign", "leader"): "signed",
    ("signed", "withdraw_signature", "leader"): "to_sign",
    ("signed", "register", "officer"): "registered",
    ("signed", "register", "reviewer"): "registered",
    ("registered", "void", "leader"): "voided",
    ("registered", "repeal", "leader"): "repealed",
}
PERSON = {Role.OFFICER: DRAFTER, Role.REVIEWER: REVIEWER, Role.LEADER: LEADER}


def actor(person, *roles, behind=None):
    return Actor(account_id=person, roles=frozenset(roles), on_behalf_of=behind)


def standing(state, reviewers=()):
    return LetterStanding(LetterState(state), frozenset({DRAFTER}), frozenset(reviewers))


def taken(state, step, role):
    """Return the state that the step leads to, or None where it is refused."""
    try:
        return letter_advance(step, standing(state), by=actor(PERSON.get(role, STRANGER), role), reason="理由")
    except RuleError:
        return None


def test_every_cell_of_state_step_and_role_is_as_written():
    cells = {cell: taken(*cell) for cell in product(LetterState, LetterStep, Role)}
    assert {cell: state for cell, state in cells.items() if state} == POSSIBLE
    assert len(cells) == 7 * 11 * 7


@pytest.mark.parametrize("step", ["return_from_review", "return_from_signing", "withdraw_signature", "void", "repeal"])
def test_turning_a_letter_back_needs_a_reason(step):
    state, role = next((state, role) for state, name, role in POSSIBLE if name == step)
    refusal = letter_refusal(LetterStep(step), standing(state), by=actor(8, Role(role)), reason="  ")
    assert refusal.field == "reason"


def test_who_drafted_a_letter_does_not_review_it():
    both = {Role.OFFICER, Role.REVIEWER}
    for step in (LetterStep.PASS_REVIEW, LetterStep.RETURN_FROM_REVIEW):
        refusal = letter_refusal(step, standing("in_review"), by=actor(DRAFTER, *both), reason="理由")
        assert isinstance(refusal, NotAllowed)


@pytest.mark.parametrize("person", [DRAFTER, REVIEWER])
def test_the_signer_has_neither_drafted_nor_reviewed_the_letter(person):
    letter = standing("to_sign", reviewers={REVIEWER})
    assert isinstance(letter_refusal(LetterStep.SIGN, letter, by=actor(person, Role.LEADER)), NotAllowed)
    assert letter_refusal(LetterStep.SIGN, letter, by=actor(LEADER, Role.LEADER)) is None


def test_a_delegate_does_not_sign_for_a_leader_who_reviewed_the_letter():
    letter = standing("to_sign", reviewers={REVIEWER})
    refusal = letter_refusal(LetterStep.SIGN, letter, by=actor(STRANGER, Role.LEADER, behind=REVIEWER))
    assert isinstance(refusal, NotAllowed)


def test_only_the_drafter_recalls_a_letter():
    refusal = letter_refusal(LetterStep.RECALL, standing("to_sign"), by=actor(STRANGER, Role.OFFICER))
    assert isinstance(refusal, NotAllowed)


def test_buttons_are_offered_before_a_reason_is_typed():
    shown = letter_steps_open_to(standing("to_sign"), by=actor(LEADER, Role.LEADER))
    assert shown == (LetterStep.RETURN_FROM_SIGNING, LetterStep.SIGN)
    assert letter_steps_open_to(standing("voided"), by=actor(LEADER, Role.LEADER)) == ()


def test_every_state_and_step_has_a_label():
    assert all(item.label for item in (*LetterState, *LetterStep))
