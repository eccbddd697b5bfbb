"""T2, V1, V2: what is kept in versions has one in force, approved by another, and a year has one set of rules."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.cases.models import KeptRuleSet, RuleSetVersion
from casework.db import db
from casework.letters.template_models import LetterTemplateVersion
from casework.operations.invariants.fault import Fault
from casework.rules.rule_sets import stored_rule_set
from casework.rules.versions import VersionState, VersionStep
from casework.rules.words import N_
from casework.versions.models import KeptVersion


def _one_approved_by_another(model: type[KeptVersion]) -> Iterator[Fault]:
    kind, parent = model.CALLED[1], getattr(model, model.PARENT)
    approved = sa.select(parent).where(model.state == VersionState.APPROVED)
    for parent_id in db.session.scalars(approved.group_by(parent).having(sa.func.count() > 1).order_by(parent)):
        yield Fault(f"{kind} {parent_id}", N_("has several versions in force"))
    edit, approve = aliased(model.EVENT), aliased(model.EVENT)
    own = (
        sa.select(approve.version_id)
        .join(edit, edit.version_id == approve.version_id)
        .where(approve.step == VersionStep.APPROVE, edit.step == VersionStep.EDIT)
        .where(sa.or_(edit.actor_id == approve.actor_id, edit.actor_id == approve.on_behalf_of_id))
    )
    for version_id in db.session.scalars(own.distinct().order_by(approve.version_id)):
        yield Fault(f"{kind} version {version_id}", N_("was approved by somebody who wrote at it"))
    written = sa.exists().where(edit.version_id == model.id, edit.step == VersionStep.EDIT)
    decided = sa.exists().where(approve.version_id == model.id, approve.step == VersionStep.APPROVE)
    silent = sa.select(model.id).where(model.state == VersionState.APPROVED, written, ~decided)
    for version_id in db.session.scalars(silent.order_by(model.id)):
        yield Fault(f"{kind} version {version_id}", N_("is in force although nobody approved it"))


def one_template_is_in_force(_now: datetime) -> Iterator[Fault]:
    """T2: at most one version of a template is approved, by a leader, and never by whoever wrote at it."""
    yield from _one_approved_by_another(LetterTemplateVersion)


def one_rule_set_is_in_force(_now: datetime) -> Iterator[Fault]:
    """V1: the same of rule sets."""
    yield from _one_approved_by_another(RuleSetVersion)


def years_have_one_set(_now: datetime) -> Iterator[Fault]:
    """V2: no compliance year stands in two rule sets in force."""
    stmt = sa.select(KeptRuleSet.code, RuleSetVersion.content).join(
        RuleSetVersion, RuleSetVersion.rule_set_id == KeptRuleSet.id
    )
    rows = db.session.execute(stmt.where(RuleSetVersion.state == VersionState.APPROVED).order_by(KeptRuleSet.id))
    taken: dict[str, str] = {}
    for code, content in rows:
        for year in stored_rule_set(content).years:
            if taken.setdefault(year, code) != code:
                yield Fault(f"year {year}", N_("stands in two rule sets in force"))
