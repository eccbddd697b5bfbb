"""Standing in: for a stated time one account acts for another of the same office."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from casework.audit.actions import record
from casework.db import db
from casework.notices.actions import Told, tell
from casework.notices.models import Topic
from casework.rules.deadlines import SHANGHAI
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.roles import WORKING_ROLES
from casework.rules.words import N_
from casework.users.models import Account, Delegation, Scope
from casework.users.queries import delegations_in

LONGEST = timedelta(days=366)


def delegate(
    absent: Account,
    delegate: Account,
    *,
    from_day: date,
    until_day: date,
    reason: str,
    now: datetime,
    scope: Scope = Scope.ALL,
) -> Delegation:
    """Name who stands in for the absent one from the beginning of a day to the end of another."""
    begins = max(datetime.combine(from_day, time(), SHANGHAI), now)
    ends = datetime.combine(until_day + timedelta(days=1), time(), SHANGHAI)
    _check_time(from_day, until_day, ends, now)
    _check_people(absent, delegate)
    _check_circle(absent, delegate, [row for row in delegations_in(begins, ends) if row.scope.meets(scope)])
    row = Delegation(absent=absent, delegate=delegate, begins_at=begins, ends_at=ends, reason=reason, scope=scope)
    db.session.add(row)
    db.session.flush()
    after = {"delegate": delegate.username, "from": begins, "until": ends, "scope": scope, "reason": reason}
    record("delegate", "account", absent.id, by=absent, now=now, after=after)
    told = _told(row, "begins", N_("You stand in for a colleague"), absent.name)
    tell([delegate.id], told, by=absent.id, now=now)
    return row


def end_delegation(row: Delegation, *, by: Account, now: datetime) -> None:
    """End it before its time; one that has not begun never holds."""
    if by.id != row.absent_id:
        raise NotAllowed("Only who named the delegate may end this.")
    if row.ends_at <= now:
        raise RuleError("This has ended already.")
    before = row.ends_at
    row.ends_at = max(now, row.begins_at)
    row.touch(now=now)
    after = {"delegate": row.delegate.username, "until": row.ends_at}
    record("end delegation", "account", row.absent_id, by=by, now=now, before={"until": before}, after=after)
    tell([row.delegate_id], _told(row, "ended", N_("Standing in has ended"), row.absent.name), by=by.id, now=now)


def _told(row: Delegation, what: str, words: str, whom: str) -> Told:
    """What is told of a delegation, once for each of its turns."""
    last = (row.ends_at.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()
    note = f"{row.begins_at.astimezone(SHANGHAI).date()} – {last}　{row.reason}"
    return Told(
        key=f"delegation {row.id} {what}", topic=Topic.STANDING_IN, what=words, subject=whom, note=note,
        endpoint="users.delegations",
    )  # fmt: skip


def _check_time(from_day: date, until_day: date, ends: datetime, now: datetime) -> None:
    if until_day < from_day:
        raise RuleError("The last day comes before the first.", field="until_day")
    if ends <= now:
        raise RuleError("The last day has passed.", field="until_day")
    if until_day - from_day > LONGEST:
        raise RuleError("Name a delegate for a year at most.", field="until_day")


def _check_people(absent: Account, delegate: Account) -> None:
    if absent.id == delegate.id:
        raise RuleError("Nobody stands in for himself.", field="delegate_id")
    if not absent.roles <= WORKING_ROLES:
        raise RuleError("Only who works on cases can name a delegate; administrators and auditors cannot.")
    same_office = absent.roles <= delegate.roles and absent.region.path.startswith(delegate.region.path)
    if not delegate.active or not same_office:
        raise RuleError("A delegate holds the same office, for the same region.", field="delegate_id")


def _check_circle(absent: Account, delegate: Account, others: Sequence[Delegation]) -> None:
    """Refuse a second delegate for the same time, and a chain of stand-ins that comes back to its beginning."""
    if any(row.absent_id == absent.id for row in others):
        raise RuleError("For some of these days a delegate is named already. End that first.", field="from_day")
    stands_in = {row.absent_id: row.delegate_id for row in others}
    at: int | None = delegate.id
    for _step in range(len(others) + 1):
        if at == absent.id:
            raise RuleError(
                "%(name)s is away for some of these days, and you stand in: that would go round in a circle.",
                field="delegate_id", name=delegate.name,
            )  # fmt: skip
        at = stands_in.get(at) if at is not None else None
