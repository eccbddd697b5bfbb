"""The one place that asks what time it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this moment; a fixed demonstration day moves the clock, not the program."""
    shift: timedelta = current_app.config.get("CLOCK_SHIFT", timedelta(0))
    return datetime.now(UTC) + shift


def today() -> date:
    """Return today's day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()
