import itertools

from casework.rules.roles import WORKING_ROLES, Permission, Role, permissions_of, roles_fit_together


def test_administrator_auditor_and_working_roles_are_never_held_together():
    for one, two in itertools.combinations(Role, 2):
        assert roles_fit_together([one, two]) is ({one, two} == {Role.OFFICER, Role.REVIEWER})


def test_no_three_roles_fit_together_and_none_is_no_account():
    assert not any(roles_fit_together(three) for three in itertools.combinations(Role, 3))
    assert not roles_fit_together([])
    assert all(roles_fit_together([role]) for role in Role)


def test_neither_administrator_nor_auditor_can_touch_cases_or_letters():
    work = {one for one in Permission if one.value.split("_")[0] in ("case", "letter", "plan", "registry", "overview")}
    assert work
    for office in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert office not in WORKING_ROLES
        assert not permissions_of(frozenset({office})) & work
    assert not permissions_of(WORKING_ROLES) & {Permission.ACCOUNT_ADMIN, Permission.TRAIL_SEE}


def test_nobody_both_drafts_and_signs():
    for role in Role:
        assert not {Permission.LETTER_DRAFT, Permission.LETTER_SIGN} <= permissions_of(frozenset({role}))
        assert not {Permission.PLAN_EDIT, Permission.PLAN_APPROVE} <= permissions_of(frozenset({role}))


def test_a_viewer_only_sees():
    changing = {"edit", "step", "report", "draft", "review", "sign", "register", "answer", "approve", "list", "admin"}
    assert not {one.value.split("_")[1] for one in permissions_of(frozenset({Role.VIEWER}))} & changing


def test_every_permission_is_somebodys_and_every_role_has_words():
    assert permissions_of(frozenset(Role)) == set(Permission)
    assert len({role.label for role in Role}) == len(Role)
