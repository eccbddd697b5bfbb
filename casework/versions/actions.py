"""The one keeper of versions: begun, written at by some, approved by another, one of a thing in force.

The caller holds the lock of the thing, and says what of its content may be saved or come into force.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from casework.audit.actions import record
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.versions import OPEN_STATES, VersionStanding, VersionState, VersionStep, version_advance
from casework.rules.words import N_
from casework.users.models import Account
from casework.users.queries import actor_of, actor_standing_in
from casework.versions.models import KeptVersion
from casework.versions.queries import V, in_force_beside, latest_version, standing_of_version


def may_write(*, by: Account) -> None:
    """Refuse whoever does not write versions."""
    version_advance(VersionStep.EDIT, VersionStanding(VersionState.DRAFT, frozenset()), by=actor_of(by))


def begin_version_of(
    model: type[V], parent_id: int, first: Callable[[], Any], *, facts: Mapping[str, Any], by: Account, now: datetime
) -> V:
    """Begin a new version with what the latest says, the first one with `first`; older versions stay as they are."""
    may_write(by=by)
    latest = latest_version(model, parent_id)
    if latest and latest.state in OPEN_STATES:
        raise RuleError(N_("Version %(number)s is still on its way: go on with that one."), number=latest.number)
    number, content = (latest.number + 1, latest.content) if latest else (1, first())
    values: dict[str, Any] = {model.PARENT: parent_id, "number": number, "content": content}
    version = model(**values | {"state": VersionState.DRAFT})
    db.session.add(version)
    db.session.flush()
    _note(version, VersionStep.EDIT, by=by, now=now)
    deed, kind = model.CALLED
    record(f"{deed} begun", kind, version.id, by=by, now=now, after={**facts, "number": number})
    return version


def save_version(version: KeptVersion, content: Any, refused: RuleError | None, *, by: Account, now: datetime) -> None:
    """Save what a draft says, unless it is refused; whoever changes it is an editor of it from then on."""
    standing = standing_of_version(version)
    version_advance(VersionStep.EDIT, standing, by=actor_of(by))
    if refused:
        raise refused
    before = version.content
    if before == content:
        return
    version.content = content
    version.touch(now=now)
    if by.id not in standing.editors:
        _note(version, VersionStep.EDIT, by=by, now=now)
    changed = sorted(name for name in content if content[name] != before.get(name))
    deed, kind = version.CALLED
    record(
        f"{deed} edited", kind, version.id, by=by, now=now,
        before={name: before.get(name) for name in changed}, after={name: content[name] for name in changed},
    )  # fmt: skip


def take_version_step(
    version: V,
    step: VersionStep,
    *,
    check: Callable[[V], None],
    by: Account,
    now: datetime,
    reason: str = "",
    on_behalf_of: Account | None = None,
) -> None:
    """Move a version by one step of its table; `check` refuses content that may not be submitted or come into force.

    Approving takes the version that was in force out of force; it stays, and what was made by it keeps to it.
    """
    before, actor = version.state, actor_standing_in(by, on_behalf_of, scope=version.SCOPE, now=now)
    target = version_advance(step, standing_of_version(version), by=actor, reason=reason)
    if step in (VersionStep.SUBMIT, VersionStep.APPROVE):
        check(version)
    if step is VersionStep.APPROVE and (replaced := in_force_beside(version)):
        replaced.state = VersionState.REPLACED
        replaced.touch(now=now)
        db.session.flush()
    version.state = target
    version.touch(now=now)
    _note(version, step, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)
    deed, kind = version.CALLED
    record(
        f"{deed} {step.value}", kind, version.id, by=by, now=now,
        before={"state": before}, after={"state": target, "reason": reason.strip()},
        on_behalf_of=on_behalf_of.audit_name if on_behalf_of else None,
    )  # fmt: skip


def _note(
    version: KeptVersion,
    step: VersionStep,
    *,
    by: Account,
    now: datetime,
    reason: str = "",
    on_behalf_of: Account | None = None,
) -> None:
    behalf = on_behalf_of.id if on_behalf_of else None
    event: dict[str, Any] = {"version_id": version.id, "step": step, "at": now, "reason": reason.strip()}
    db.session.add(version.EVENT(**event | {"actor_id": by.id, "on_behalf_of_id": behalf}))
