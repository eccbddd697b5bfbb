"""Signing in, and one's own password."""

from datetime import datetime, timedelta

import pyotp

from casework.audit.actions import Program, record
from casework.rules.errors import RuleError
from casework.rules.words import N_
from casework.settings.queries import setting
from casework.users.actions.throttle import Limit
from casework.users.models import Account
from casework.users.passwords import REMEMBERED, check_new_password, hash_password, password_fits
from casework.users.queries import account_by_name
from casework.users.sessions import forget_sessions_of

PAIR, ACCOUNT, ADDRESS = Limit("pair", 5), Limit("account", 20), Limit("address", 60)
TOO_MANY = N_("Too many attempts. Wait half an hour, or ask the administrator.")
NOBODY = Program("sign-in")


def check_credentials(username: str, password: str, *, address: str, now: datetime) -> Account | None:
    """Return the account if name and password fit; a failure is counted and noted."""
    limits = {PAIR: (username, address), ACCOUNT: (username,), ADDRESS: (address,)}
    if any(limit.is_reached(*whose, now=now) for limit, whose in limits.items()):
        raise RuleError(TOO_MANY)
    account = account_by_name(username)
    fits = password_fits(account.password_hash if account else None, password)
    if account is not None and fits and account.active:
        return account
    for limit, whose in limits.items():
        limit.note(*whose, now=now)
    record("sign in", "account", username[:60], by=account or NOBODY, now=now, outcome="denied")
    return None


def confirms_identity(account: Account, secret: str, *, address: str, now: datetime) -> bool:
    """Tell whether whoever sits at the screen knows the password or has the code; too many tries are refused."""
    if PAIR.is_reached(account.username, address, now=now):
        raise RuleError(TOO_MANY)
    return check_code(account, secret, now=now) or password_fits(account.password_hash, secret)


def note_unconfirmed(account: Account, *, address: str, now: datetime) -> None:
    """Count a wrong password or code where a step was to be confirmed."""
    PAIR.note(account.username, address, now=now)
    record("confirm identity", "account", account.id, by=account, now=now, outcome="denied")


def check_code(account: Account, code: str, *, now: datetime) -> bool:
    """Tell whether a second-factor code is right and was not used before; a right one is used up."""
    if account.totp_secret is None:
        return False
    totp = pyotp.TOTP(account.totp_secret)
    for drift in (0, -1, 1):
        moment = now + timedelta(seconds=30 * drift)
        step = totp.timecode(moment)
        if step > account.totp_last_step and totp.verify(code.strip(), for_time=moment):
            account.totp_last_step = step
            return True
    return False


def note_wrong_code(account: Account, *, address: str, now: datetime) -> None:
    """Count a wrong code like a wrong password."""
    PAIR.note(account.username, address, now=now)
    record("second factor", "account", account.id, by=account, now=now, outcome="denied")


def note_sign_in(account: Account, *, now: datetime) -> None:
    """Note that somebody signed in."""
    record("sign in", "account", account.id, by=account, now=now)


def note_sign_out(account: Account, *, now: datetime) -> None:
    """Note that somebody signed out."""
    record("sign out", "account", account.id, by=account, now=now)


def change_own_password(account: Account, old: str, new: str, *, now: datetime) -> None:
    """Give the account a new password; every session of it ends, the caller starts a new one."""
    if not password_fits(account.password_hash, old):
        raise RuleError("The present password is not right.", field="old")
    set_password(account, new, now=now, must_change=False)
    record("change password", "account", account.id, by=account, now=now)
    forget_sessions_of(account.id)


def set_password(account: Account, new: str, *, now: datetime, must_change: bool) -> None:
    """Set a password that the policy allows."""
    earlier = [account.password_hash, *account.old_passwords] if account.password_hash else []
    check_new_password(new, policy=setting("password_policy"), username=account.username, earlier=earlier)
    account.old_passwords = earlier[:REMEMBERED]
    account.password_hash = hash_password(new)
    account.password_set_at = now
    account.must_change_password = must_change
    account.touch(now=now)
