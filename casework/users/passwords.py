"""Passwords: argon2id, and two policies that contradict each other, so that an office chooses one."""

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.rules.errors import RuleError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody's password")  # so that an unknown name takes as long as a wrong password
ROTATE_AFTER = timedelta(days=90)
REMEMBERED = 5
_KNOWN_BAD = (
    "password",
    "passw0rd",
    "12345678",
    "qwerty",
    "admin",
    "letmein",
    "abc123",
    "iloveyou",
    "casework",
    "woaini",
)


def hash_password(password: str) -> str:
    """Return the argon2id hash."""
    return _hasher.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is the one; takes the same time where there is no account."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def check_new_password(password: str, *, policy: str, username: str, earlier: list[str]) -> None:
    """Refuse a password that the chosen policy (gbt22239 or asvs) does not allow."""
    if len(password) < 12:
        raise RuleError("The password needs at least 12 characters.", field="new")
    if len(password) > 128:
        raise RuleError("The password has at most 128 characters.", field="new")
    if username.lower() in password.lower():
        raise RuleError("The password must not hold the user name.", field="new")
    if policy == "asvs":
        if any(bad in password.lower() for bad in _KNOWN_BAD) or len(set(password)) < 5:
            raise RuleError("The password is among those that are tried first. Choose another.", field="new")
        return
    classes = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum())
    if sum(any(fits(char) for char in password) for fits in classes) < 3:
        raise RuleError("Use three of: capital letters, small letters, digits, other signs.", field="new")
    if any(password_fits(old, password) for old in earlier[:REMEMBERED]):
        raise RuleError("This is one of your last five passwords. Choose another.", field="new")


def is_too_old(set_at: datetime, *, policy: str, now: datetime) -> bool:
    """Tell whether the policy asks for a new password by now."""
    return policy == "gbt22239" and now - set_at > ROTATE_AFTER


_READABLE = ("abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789")  # nothing that looks like another


def drawn_password() -> str:
    """Draw a password that both policies allow and that can be read out on the telephone: Kd7f-…-…-…."""
    groups = (
        "".join(secrets.choice(kind) for kind in (_READABLE[1], _READABLE[0], _READABLE[2], _READABLE[0]))
        for _ in range(4)
    )
    return "-".join(groups)
