"""Who keeps what follows from the register: features above it, which the register cannot know."""

from collections.abc import Callable, Iterable
from datetime import datetime

from casework.db import db

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
