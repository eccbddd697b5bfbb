"""A version's way from draft to approval, against a table written by hand."""

from itertools import product

import pytest

from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.roles import Role
from casework.rules.versions import VersionStanding, VersionState, VersionStep, version_advance, version_steps_open_to

EDITOR, LEADER, OTHER = 1, 3, 9
POSSIBLE = {  # (state, step, role) -> state; written out, not computed
    ("draft", "edit", "officer"): "draft",
    ("draft", "edit", "reviewer"): "draft",
    ("draft", "submit", "officer"): "submitted",
    ("draft", "submit", "reviewer"): "submitted",
    ("submitted", "recall", "officer"): "draft",
    ("submitted", "recall", "reviewer"): "draft",
    ("submitted", "approve", "leader"): "approved",
    ("submitted", "return", "leader"): "returned",
}


def standing(state, editors=(EDITOR,)):
    return VersionStanding(VersionState(state), frozenset(editors))


def taken(state, step, role):
    """Return the state that the step leads to, or None where it is refused; whether it is offered says the same."""
    by = Actor(account_id=LEADER if role is Role.LEADER else EDITOR, roles=frozenset({role}))
    offered = step in version_steps_open_to(standing(state), by=by)
    try:
        reached = version_advance(step, standing(state), by=by, reason="理由").value
    except RuleError:
        reached = None
    assert offered is (reached is not None), (state, step, role)
    return reached


def test_every_cell_of_state_step_and_role_is_as_written():
    cells = {tuple(part.value for part in cell): taken(*cell) for cell in product(VersionState, VersionStep, Role)}
    assert {cell: state for cell, state in cells.items() if state} == POSSIBLE
    assert len(cells) == 5 * 5 * 7


def test_whoever_wrote_at_a_version_does_not_approve_it_whatever_the_role_is_now():
    by = Actor(account_id=EDITOR, roles=frozenset({Role.LEADER}))
    with pytest.raises(NotAllowed, match="Four eyes"):
        version_advance(VersionStep.APPROVE, standing("submitted", (OTHER, EDITOR)), by=by)
    assert version_advance(VersionStep.APPROVE, standing("submitted", (OTHER,)), by=by) is VersionState.APPROVED


def test_a_version_is_not_returned_without_a_reason():
    by = Actor(account_id=LEADER, roles=frozenset({Role.LEADER}))
    with pytest.raises(RuleError) as refused:
        version_advance(VersionStep.RETURN, standing("submitted"), by=by, reason=" \n")
    assert refused.value.field == "reason"
    with pytest.raises(RuleError, match="Give a reason"):
        version_advance(VersionStep.RETURN, standing("submitted"), by=by)
