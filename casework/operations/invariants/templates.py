"""T1 and T2: letters name the version of a template they were made from, and one version is in force."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.db import db
from casework.letters.models import Letter
from casework.letters.template_models import LetterTemplate, LetterTemplateEvent, LetterTemplateVersion
from casework.operations.invariants.fault import Fault
from casework.rules.versions import VersionState, VersionStep
from casework.rules.words import N_

_WERE_IN_FORCE = (VersionState.APPROVED, VersionState.REPLACED)


def letters_name_their_template(_now: datetime) -> Iterator[Fault]:
    """T1: every letter names a version of its own kind that is or was in force."""
    rows = sa.select(Letter.id, Letter.kind, LetterTemplate.kind.label("made_from"), LetterTemplateVersion.state)
    rows = rows.outerjoin(LetterTemplateVersion, LetterTemplateVersion.id == Letter.template_version_id)
    rows = rows.outerjoin(LetterTemplate, LetterTemplate.id == LetterTemplateVersion.template_id)
    wrong = sa.or_(
        LetterTemplate.id.is_(None),
        LetterTemplate.kind != Letter.kind,
        LetterTemplateVersion.state.not_in(_WERE_IN_FORCE),
    )
    for row in db.session.execute(rows.where(wrong).order_by(Letter.id)):
        yield Fault(f"letter {row.id}", N_("does not name an approved template of its kind"))


def one_version_is_in_force(_now: datetime) -> Iterator[Fault]:
    """T2: at most one version of a template is approved, and never by whoever wrote at it."""
    approved = sa.select(LetterTemplateVersion.template_id).where(LetterTemplateVersion.state == VersionState.APPROVED)
    several = approved.group_by(LetterTemplateVersion.template_id).having(sa.func.count() > 1)
    for template_id in db.session.scalars(several):
        yield Fault(f"letter template {template_id}", N_("has several versions in force"))
    edit, approve = aliased(LetterTemplateEvent), aliased(LetterTemplateEvent)
    both = sa.and_(edit.version_id == approve.version_id, edit.actor_id == approve.actor_id)
    own = sa.select(approve.version_id).join(edit, both).distinct()
    own = own.where(approve.step == VersionStep.APPROVE, edit.step == VersionStep.EDIT)
    for version_id in db.session.scalars(own.order_by(approve.version_id)):
        yield Fault(f"letter template version {version_id}", N_("was approved by somebody who wrote at it"))
