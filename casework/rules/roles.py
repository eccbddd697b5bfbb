"""Who may do what: roles, permissions and the offices that exclude one another (三员分立)."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from casework.rules.words import N_


class Role(StrEnum):
    """What an account is there for; `label` is its English msgid."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    LEADER = "leader"
    CITY = "city"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """English msgid of the role's name."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.OFFICER: N_("Officer"),
    Role.REVIEWER: N_("Reviewer"),
    Role.LEADER: N_("Leader"),
    Role.CITY: N_("City officer"),
    Role.VIEWER: N_("Viewer"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.AUDITOR: N_("Auditor"),
}


class Permission(StrEnum):
    """What a view may ask for, named object_verb; what a step needs stands in the workflow table."""

    ACCOUNT_SELF = "account_self"  # one's own password, second factor, language
    WORKLIST_SEE = "worklist_see"
    OVERVIEW_SEE = "overview_see"
    REGISTRY_SEE = "registry_see"
    REGISTRY_EDIT = "registry_edit"  # registers and imports
    CASE_SEE = "case_see"
    CASE_LIST = "case_list"  # put units on the problem list, assign
    CASE_STEP = "case_step"  # any step; the workflow table says which
    CASE_REPORT = "case_report"  # notes, visits, penalty records, attachments
    PLAN_EDIT = "plan_edit"
    PLAN_APPROVE = "plan_approve"
    LETTER_SEE = "letter_see"
    LETTER_DRAFT = "letter_draft"
    LETTER_REVIEW = "letter_review"
    LETTER_SIGN = "letter_sign"
    LETTER_REGISTER = "letter_register"  # number, dispatch, paper receipts
    LETTER_ANSWER = "letter_answer"  # acknowledge and reply, for the own region
    REGISTER_SEE = "register_see"  # register of documents
    TEMPLATE_SEE = "template_see"  # letter templates with all their versions
    TEMPLATE_EDIT = "template_edit"
    TEMPLATE_APPROVE = "template_approve"
    RULE_SET_SEE = "rule_set_see"  # rules of relief with all their versions
    RULE_SET_EDIT = "rule_set_edit"
    RULE_SET_APPROVE = "rule_set_approve"
    ROUND_SEE = "round_see"
    ROUND_EDIT = "round_edit"  # open rounds, keep schedules
    ROUND_REPORT = "round_report"  # for the own region
    ROUND_REVIEW = "round_review"  # accept and return reports, decide what they propose
    ACCOUNT_ADMIN = "account_admin"
    SETTINGS_EDIT = "settings_edit"
    JOBS_SEE = "jobs_see"
    TRAIL_SEE = "trail_see"


_P = Permission
_READ = {_P.OVERVIEW_SEE, _P.REGISTRY_SEE, _P.CASE_SEE, _P.LETTER_SEE, _P.ROUND_SEE}
_TEMPLATES = {_P.TEMPLATE_SEE, _P.TEMPLATE_EDIT}
_RULE_SETS = {_P.RULE_SET_SEE, _P.RULE_SET_EDIT}
_SELF = {_P.ACCOUNT_SELF}
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset(
        _SELF
        | _READ
        | {_P.WORKLIST_SEE, _P.REGISTRY_EDIT, _P.CASE_LIST, _P.CASE_STEP, _P.CASE_REPORT, _P.PLAN_EDIT}
        | {_P.LETTER_DRAFT, _P.LETTER_REGISTER, _P.REGISTER_SEE, _P.ROUND_EDIT, _P.ROUND_REVIEW}
        | _TEMPLATES
        | _RULE_SETS
    ),
    Role.REVIEWER: frozenset(
        _SELF
        | _READ
        | {_P.WORKLIST_SEE, _P.LETTER_REVIEW, _P.LETTER_REGISTER, _P.REGISTER_SEE}
        | _TEMPLATES
        | _RULE_SETS
    ),
    Role.LEADER: frozenset(
        _SELF
        | _READ
        | {_P.WORKLIST_SEE, _P.CASE_STEP, _P.PLAN_APPROVE, _P.LETTER_SIGN, _P.REGISTER_SEE}
        | {_P.TEMPLATE_SEE, _P.TEMPLATE_APPROVE, _P.RULE_SET_SEE, _P.RULE_SET_APPROVE}
    ),
    Role.CITY: frozenset(
        _SELF | _READ | {_P.WORKLIST_SEE, _P.CASE_STEP, _P.CASE_REPORT, _P.LETTER_ANSWER, _P.ROUND_REPORT}
    ),
    Role.VIEWER: frozenset(_SELF | _READ | {_P.REGISTER_SEE}),
    Role.ADMINISTRATOR: frozenset(
        _SELF | {_P.WORKLIST_SEE, _P.ACCOUNT_ADMIN, _P.SETTINGS_EDIT, _P.JOBS_SEE, _P.TEMPLATE_SEE}
    ),
    Role.AUDITOR: frozenset(_SELF | {_P.TRAIL_SEE}),
}

SECOND_FACTOR_ROLES = frozenset({Role.LEADER, Role.ADMINISTRATOR})  # where the setting asks for it
WORKING_ROLES = frozenset({Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.CITY, Role.VIEWER})


@cache
def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything that these roles together may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def roles_fit_together(roles: Iterable[Role]) -> bool:
    """One office per account; only a reviewer may also be an officer (I13)."""
    held = frozenset(roles)
    return len(held) == 1 or held == {Role.OFFICER, Role.REVIEWER}
