"""Rule sets: beginning one or a new version of one, writing at it, and its way to approval."""

from datetime import datetime

import sqlalchemy as sa

from casework.audit.actions import record
from casework.cases.actions.steps import who_acts
from casework.cases.models import KeptRuleSet, RuleSetEvent, RuleSetVersion
from casework.cases.queries.rule_sets import InForce, lock_rule_sets, rules_in_force, standing_of_version
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.rule_set_checks import rules_refusal, years_refusal, years_taken
from casework.rules.rule_sets import RuleSet, as_stored, for_new_years, name_of_years
from casework.rules.versions import OPEN_STATES, VersionStanding, VersionState, VersionStep, version_advance
from casework.rules.words import N_
from casework.users.models import Account
from casework.users.queries import actor_of


def begin_set(years: tuple[str, ...], *, by: Account, now: datetime) -> RuleSetVersion:
    """Begin the rule set of new years with the latest rules in force, all of them marked as not verified."""
    _may_write(by)
    if refused := years_refusal(years):
        raise refused
    lock_rule_sets()
    in_force = rules_in_force()
    rules = for_new_years(in_force[max(in_force)].rules, years)
    if taken := years_taken(rules, _sets(in_force)):
        raise taken
    code = name_of_years(years)
    if db.session.scalar(sa.select(KeptRuleSet.id).where(KeptRuleSet.code == code)):
        raise RuleError(N_("There is a rule set %(code)s already: write a new version of it."), "years", code=code)
    kept = KeptRuleSet(code=code)
    db.session.add(kept)
    db.session.flush()
    return _begin(kept.id, 1, rules, by=by, now=now)


def begin_version(rule_set_id: int, *, by: Account, now: datetime) -> RuleSetVersion:
    """Begin a new version with what the latest says; older versions stay as they are."""
    _may_write(by)
    lock_rule_sets()
    stmt = sa.select(RuleSetVersion).where(RuleSetVersion.rule_set_id == rule_set_id)
    latest = db.session.scalars(stmt.order_by(RuleSetVersion.number.desc()).limit(1)).unique().one()
    if latest.state in OPEN_STATES:
        raise RuleError(N_("Version %(number)s is still on its way: go on with that one."), number=latest.number)
    return _begin(rule_set_id, latest.number + 1, latest.rules, by=by, now=now)


def _may_write(by: Account) -> None:
    version_advance(VersionStep.EDIT, VersionStanding(VersionState.DRAFT, frozenset()), by=actor_of(by))


def _begin(rule_set_id: int, number: int, rules: RuleSet, *, by: Account, now: datetime) -> RuleSetVersion:
    version = RuleSetVersion(
        rule_set_id=rule_set_id, number=number, state=VersionState.DRAFT, content=as_stored(rules)
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    _note(version, VersionStep.EDIT, by=by, now=now)
    after = {"code": rules.code, "number": number, "years": ", ".join(rules.years)}
    record("rules begun", "rule set", version.id, by=by, now=now, after=after)
    return version


def save(version: RuleSetVersion, rules: RuleSet, *, by: Account, now: datetime) -> None:
    """Save what a draft says; a rule that cannot be is refused at its field."""
    version_advance(VersionStep.EDIT, standing_of_version(version), by=actor_of(by))
    if refused := rules_refusal(rules):
        raise refused
    before, after = version.content, as_stored(rules)
    if before == after:
        return
    version.content = after
    version.touch(now=now)
    if by.id not in standing_of_version(version).editors:
        _note(version, VersionStep.EDIT, by=by, now=now)
    changed = sorted(name for name in after if after[name] != before.get(name))
    record(
        "rules edited", "rule set", version.id, by=by, now=now,
        before={name: before.get(name) for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip


def take_rule_set_step(
    version: RuleSetVersion,
    step: VersionStep,
    *,
    by: Account,
    now: datetime,
    reason: str = "",
    on_behalf_of: Account | None = None,
) -> None:
    """Move a version by one step of its life; approving replaces the version in force, and cases follow."""
    before, actor = version.state, who_acts(by, on_behalf_of, now=now)
    target = version_advance(step, standing_of_version(version), by=actor, reason=reason)
    if step in (VersionStep.SUBMIT, VersionStep.APPROVE):
        _check(version.rules)
    if step is VersionStep.APPROVE:
        _replace(version.rule_set_id, now=now)
    version.state = target
    version.touch(now=now)
    _note(version, step, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)
    record(
        f"rules {step.value}", "rule set", version.id, by=by, now=now,
        before={"state": before}, after={"state": target, "reason": reason.strip()},
        on_behalf_of=on_behalf_of.audit_name if on_behalf_of else None,
    )  # fmt: skip


def _check(rules: RuleSet) -> None:
    """Refuse what cannot be, and a year for which another set is in force."""
    if refused := rules_refusal(rules) or years_taken(
        rules, (one for one in _sets(rules_in_force()) if one.code != rules.code)
    ):
        raise refused


def _sets(in_force: dict[str, InForce]) -> list[RuleSet]:
    return [one.rules for one in in_force.values()]


def _replace(rule_set_id: int, *, now: datetime) -> None:
    """Take the version in force out of force; it stays, and plans that it let pass keep its number."""
    stmt = sa.select(RuleSetVersion).where(
        RuleSetVersion.rule_set_id == rule_set_id, RuleSetVersion.state == VersionState.APPROVED
    )
    for version in db.session.scalars(stmt).unique():
        version.state = VersionState.REPLACED
        version.touch(now=now)
    db.session.flush()


def _note(
    version: RuleSetVersion,
    step: VersionStep,
    *,
    by: Account,
    now: datetime,
    reason: str = "",
    on_behalf_of: Account | None = None,
) -> None:
    behalf = on_behalf_of.id if on_behalf_of else None
    event = {"version_id": version.id, "step": step, "at": now, "actor_id": by.id, "on_behalf_of_id": behalf}
    db.session.add(RuleSetEvent(**event, reason=reason.strip()))
