"""Changing the settings."""

from datetime import datetime

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.db import db
from casework.rules.errors import RuleError
from casework.rules.letter_codes import address_refusal
from casework.settings.declared import DECLARED, Declared
from casework.settings.models import Setting


def hold_settings() -> None:
    """Let nobody else change a setting until the commit; SQLite has but one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("LOCK TABLE setting IN SHARE ROW EXCLUSIVE MODE"))


def change_setting(key: str, value: object, *, by: Who, now: datetime) -> Setting:
    """Set one setting to a value that its declaration allows."""
    declared = DECLARED[key]
    value = fitting(declared, value)
    row = db.session.get(Setting, key)
    before = declared.default if row is None else row.value
    if row is None:
        row = Setting(key=key, value=value, changed_at=now)
        db.session.add(row)
    elif before != value:
        row.value = value
        row.touch(now=now)
    if before != value:
        record("setting", "setting", key, by=by, now=now, before={key: before}, after={key: value})
    return row


def fitting(declared: Declared, value: object) -> object:
    """Return the value as the setting keeps it, or refuse it."""
    if declared.kind == "switch":
        return bool(value)
    if declared.kind == "number":
        if not isinstance(value, int) or not declared.least <= value <= declared.most:
            raise RuleError(
                "Enter a whole number from %(least)s to %(most)s.",
                field=declared.key, least=declared.least, most=declared.most,
            )  # fmt: skip
        return value
    text = str(value or "").strip()
    if declared.kind == "address":
        text = text.rstrip("/")
        refused = address_refusal(text) if text else None
        if refused:
            raise RuleError(refused.message, field=declared.key, **refused.params)
        return text
    if declared.kind == "choice" and text not in dict(declared.choices):
        raise RuleError("Choose one of the options.", field=declared.key)
    if not text or len(text) > 80:
        raise RuleError("Enter 1 to 80 characters.", field=declared.key)
    return text
