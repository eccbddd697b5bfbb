"""Who keeps what follows from the register and the calendar: features above them, which they cannot know."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from casework.audit.actions import Who
from casework.db import db
from casework.registry.models import ImportBatch
from casework.rules.deadlines import WorkingCalendar

Follower = Callable[..., None]
_followers: list[Follower] = []


def follows_register(follower: Follower) -> Follower:
    """Name what follows enterprises and obligations: called as (enterprise_ids, now=) in the same transaction."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def tell_followers(enterprise_ids: Iterable[int], *, now: datetime) -> None:
    """Let what follows from these enterprises and what they owe be written anew."""
    ids = sorted(set(enterprise_ids))
    db.session.flush()
    for follower in _followers:
        follower(ids, now=now)


ImportFollower = Callable[..., None]
_import_followers: list[ImportFollower] = []


def follows_imports(follower: ImportFollower) -> ImportFollower:
    """Name what follows an import that was taken over: called as (batch, enterprise_ids, by=, now=) in its transaction.

    The enterprises are those of which it changed what was surrendered or traded; nothing else of them is told.
    """
    if follower not in _import_followers:
        _import_followers.append(follower)
    return follower


def tell_import_followers(batch: ImportBatch, enterprise_ids: Iterable[int], *, by: Who, now: datetime) -> None:
    """Let what follows from an import that was just written be written too."""
    ids = sorted(set(enterprise_ids))
    db.session.flush()
    for follower in _import_followers:
        follower(batch, ids, by=by, now=now)


@dataclass(frozen=True)
class Recount:
    """A deadline that a calendar counts otherwise; `stands` where the day stays because its text was submitted.

    It names nobody: whoever keeps the calendar does no case work.
    """

    kind: str  # case or letter
    id: int
    before: date
    after: date
    provisional: bool
    stands: bool = False


Foresight = Callable[[WorkingCalendar], Iterator[Recount]]
_counted: list[Foresight] = []


def counts_days(foresight: Foresight) -> Foresight:
    """Name what counts deadlines by the calendar: asked what it would count otherwise, it changes nothing."""
    if foresight not in _counted:
        _counted.append(foresight)
    return foresight


def foreseen(calendar: WorkingCalendar) -> Iterator[Recount]:
    """Yield every deadline that this calendar would count otherwise than it is stored."""
    for foresight in _counted:
        yield from foresight(calendar)
