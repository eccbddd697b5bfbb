"""Background work of reminders: telling people, then the mail of the day about it."""

from datetime import timedelta
from typing import Any

from casework.jobs.actions import handles
from casework.jobs.models import Job
from casework.mail.actions import write_digests
from casework.mail.jobs import may_leave
from casework.registry.calendar import working_calendar
from casework.reminders.actions import remind
from casework.rules.reminding import in_office_hours
from casework.settings.queries import reminder_rules
from casework.web import clock


@handles("reminders", every=timedelta(minutes=10))
def run(_job: Job) -> Any:
    """Remind in office hours of working days; whatever an outage left untold is told as it stands now."""
    now = clock.now()
    if not in_office_hours(now, working_calendar(), reminder_rules()):
        return None
    told = remind(now=now)
    return {"notices": told, "mails": write_digests(now=now, today=clock.today()) if may_leave(now) else 0}
