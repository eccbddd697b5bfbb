"""The small life of what is written by some and approved by others: a version goes from draft to approval.

Letter templates and rule sets live it. Approving replaces the version in force; an old version is never lost.
"""

from dataclasses import dataclass
from enum import StrEnum

from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.roles import Role
from casework.rules.words import N_


class VersionState(StrEnum):
    """Where a version stands; at most one of a thing's versions is approved, and one on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """English msgid of the state."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    VersionState.DRAFT: N_("Draft"),
    VersionState.SUBMITTED: N_("Waits for approval"),
    VersionState.APPROVED: N_("In force"),
    VersionState.RETURNED: N_("Returned"),
    VersionState.REPLACED: N_("Superseded"),
}
OPEN_STATES = frozenset({VersionState.DRAFT, VersionState.SUBMITTED})


class VersionStep(StrEnum):
    """What can be done with a version."""

    EDIT = "edit"
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"

    @property
    def label(self) -> str:
        """English msgid of the step, a verb for a button."""
        return VERSION_STEPS[self].label


@dataclass(frozen=True)
class VersionStepRow:
    """One row of the table: from which state to which, by whom."""

    label: str
    source: VersionState
    target: VersionState
    roles: frozenset[Role]
    reason: bool = False
    not_editor: bool = False  # four eyes


_T = VersionState
_EDITORS = frozenset({Role.OFFICER, Role.REVIEWER})
_LEADER = frozenset({Role.LEADER})
VERSION_STEPS = {
    VersionStep.EDIT: VersionStepRow(N_("Edit"), _T.DRAFT, _T.DRAFT, _EDITORS),
    VersionStep.SUBMIT: VersionStepRow(N_("Submit for approval"), _T.DRAFT, _T.SUBMITTED, _EDITORS),
    VersionStep.RECALL: VersionStepRow(N_("Recall"), _T.SUBMITTED, _T.DRAFT, _EDITORS),
    VersionStep.APPROVE: VersionStepRow(N_("Approve"), _T.SUBMITTED, _T.APPROVED, _LEADER, not_editor=True),
    VersionStep.RETURN: VersionStepRow(N_("Return"), _T.SUBMITTED, _T.RETURNED, _LEADER, reason=True),
}


@dataclass(frozen=True)
class VersionStanding:
    """What the rules need to know of a version: its state, and who wrote at it."""

    state: VersionState
    editors: frozenset[int]


def version_bar(step: VersionStep, version: VersionStanding, *, by: Actor) -> RuleError | None:
    """Why the button is not offered to this person, or None: role, state, four eyes."""
    row = VERSION_STEPS[step]
    if not row.roles & by.roles:
        return NotAllowed(N_("Your role does not allow this step."))
    if version.state is not row.source:
        return RuleError(N_("The version stands where this step is not possible. Reload the page to see where."))
    if row.not_editor and {by.account_id, by.on_behalf_of} & version.editors:
        return NotAllowed(N_("Four eyes: who wrote at the version may not approve it."))
    return None


def version_advance(step: VersionStep, version: VersionStanding, *, by: Actor, reason: str = "") -> VersionState:
    """The state after the step; raises the refusal where there is one."""
    if refused := version_bar(step, version, by=by):
        raise refused
    if VERSION_STEPS[step].reason and not reason.strip():
        raise RuleError(N_("Give a reason."), "reason")
    return VERSION_STEPS[step].target


def version_steps_open_to(version: VersionStanding, *, by: Actor) -> tuple[VersionStep, ...]:
    """The steps whose buttons this person is shown, in the table's order."""
    return tuple(step for step in VersionStep if version_bar(step, version, by=by) is None)
