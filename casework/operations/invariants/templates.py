"""T1: letters name the version of a template they were made from."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from casework.db import db
from casework.letters.models import Letter
from casework.letters.template_models import LetterTemplate, LetterTemplateVersion
from casework.operations.invariants.fault import Fault
from casework.rules.versions import VersionState
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
