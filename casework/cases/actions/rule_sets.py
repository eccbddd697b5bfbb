"""Rule sets: beginning one or a new version of one, writing at it, and its way to approval."""

from datetime import datetime

import sqlalchemy as sa

from casework.cases.models import KeptRuleSet, RuleSetVersion
from casework.cases.queries.rule_sets import InForce, lock_rule_sets, rules_in_force
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.rule_set_checks import rules_refusal, years_refusal, years_taken
from casework.rules.rule_sets import RuleSet, as_stored, for_new_years, name_of_years
from casework.rules.versions import VersionStep
from casework.rules.words import N_
from casework.users.models import Account
from casework.versions.actions import begin_version_of, may_write, save_version, take_version_step
from casework.versions.queries import latest_version


def begin_set(years: tuple[str, ...], *, by: Account, now: datetime) -> RuleSetVersion:
    """Begin the rule set of new years with the latest rules in force, all of them marked as not verified."""
    may_write(by=by)
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
    return _begin(kept.id, rules, by=by, now=now)


def begin_version(rule_set_id: int, *, by: Account, now: datetime) -> RuleSetVersion:
    """Begin a new version with what the latest says; older versions stay as they are."""
    may_write(by=by)
    lock_rule_sets()
    latest = latest_version(RuleSetVersion, rule_set_id)
    if latest is None:
        raise ValueError("a rule set is begun with its first version")
    return _begin(rule_set_id, latest.rules, by=by, now=now)


def _begin(rule_set_id: int, rules: RuleSet, *, by: Account, now: datetime) -> RuleSetVersion:
    facts = {"code": rules.code, "years": ", ".join(rules.years)}
    return begin_version_of(RuleSetVersion, rule_set_id, lambda: as_stored(rules), facts=facts, by=by, now=now)


def save(version: RuleSetVersion, rules: RuleSet, *, by: Account, now: datetime) -> None:
    """Save what a draft says; a rule that cannot be is refused at its field."""
    save_version(version, as_stored(rules), rules_refusal(rules), by=by, now=now)


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
    take_version_step(version, step, check=_check, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)


def _check(version: RuleSetVersion) -> None:
    """Refuse what cannot be, and a year for which another set is in force."""
    rules = version.rules
    if refused := rules_refusal(rules) or years_taken(
        rules, (one for one in _sets(rules_in_force()) if one.code != rules.code)
    ):
        raise refused


def _sets(in_force: dict[str, InForce]) -> list[RuleSet]:
    return [one.rules for one in in_force.values()]
