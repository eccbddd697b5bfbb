"""Reading the settings."""

from dataclasses import dataclass
from datetime import time
from typing import Any

import sqlalchemy as sa

from casework.db import db
from casework.rules.chasing import ChasingRules
from casework.rules.reminding import ReminderRules
from casework.settings.declared import DECLARED
from casework.settings.models import Setting


def setting(key: str) -> Any:
    """Return one setting, or its declared default."""
    row = db.session.execute(sa.select(Setting.value).where(Setting.key == key)).one_or_none()
    return DECLARED[key].default if row is None else row.value


def all_settings() -> dict[str, Any]:
    """Return every setting with what is set or declared."""
    found = {row.key: row.value for row in db.session.execute(sa.select(Setting.key, Setting.value))}
    return {key: found.get(key, declared.default) for key, declared in DECLARED.items()}


def reminder_rules() -> ReminderRules:
    """Return when reminders go out, as it is set."""
    found = all_settings()
    return ReminderRules(
        first_days=found["remind_first_days"],
        second_days=found["remind_second_days"],
        opens=time(found["office_opens"]),
        closes=time(found["office_closes"]),
    )


def chasing_rules() -> ChasingRules:
    """Return when what is overdue climbs the ladder, as it is set."""
    found = all_settings()
    return ChasingRules(*(found[f"chase_{rung}_days"] for rung in ("head", "department", "letter")))


@dataclass(frozen=True)
class SettingsVersion:
    """The version of all settings together: it grows with every change of one."""

    version: int


def settings_version() -> SettingsVersion:
    """Return the version that the one form of all settings is opened on."""
    return SettingsVersion(
        db.session.execute(sa.select(sa.func.coalesce(sa.func.sum(Setting.version), 0))).scalar_one()
    )
