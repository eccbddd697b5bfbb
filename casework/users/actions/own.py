"""What a person does with the own account: contact, language, second factor."""

from datetime import datetime

import pyotp

from casework.audit.actions import record
from casework.rules.errors import RuleError
from casework.users.models import Account
from casework.users.passwords import password_fits


def change_contact(account: Account, *, email: str, phone: str, language: str, now: datetime) -> None:
    """Change how to reach the person and the language of the pages."""
    before = {"email": account.email, "phone": account.phone, "language": account.language}
    account.email, account.phone, account.language = email, phone, language
    account.touch(now=now)
    after = {"email": email, "phone": phone, "language": language}
    record("change contact", "account", account.id, by=account, now=now, before=before, after=after)


def enrol_second_factor(
    account: Account, secret: str, code: str, *, password: str | None = None, now: datetime
) -> None:
    """Take a secret as second factor once a code proves that the phone holds it; replacing one needs the password."""
    if account.totp_secret is not None and not password_fits(account.password_hash, password or ""):
        raise RuleError("The present password is not right.", field="password")
    totp = pyotp.TOTP(secret)
    if not totp.verify(code.strip(), for_time=now, valid_window=1):
        raise RuleError(
            "The code does not fit. Check that the phone shows the right time, and enter the newest code.", field="code"
        )
    account.totp_secret, account.totp_last_step = secret, totp.timecode(now)
    account.touch(now=now)
    record("set up second factor", "account", account.id, by=account, now=now)
