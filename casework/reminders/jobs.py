"""Background work of reminders: telling people, then the mail of the day about it."""

from datetime import timedelta
from functools import partial
from typing import Any

from casework.audit.actions import commit
from casework.jobs.actions import handles
from casework.jobs.models import Job
from casework.mail.actions import hour_reached, write_digest
from casework.mail.jobs import may_leave, to_each
from casework.mail.queries import people_with_digest_due
from casework.registry.calendar import working_calendar
from casework.reminders.actions import remind
from casework.rules.reminding import in_office_hours
from casework.settings.queries import reminder_rules
from casework.web import clock


@handles("reminders", every=timedelta(minutes=10))
def run(job: Job) -> Any:
    """Remind in office hours of working days; whatever an outage left untold is told as it stands now.

    What is told stands before the first mail is written, and each mail by itself.
    """
    now, today = clock.now(), clock.today()
    if not in_office_hours(now, working_calendar(), reminder_rules()):
        return None
    told, mails = remind(now=now), 0
    if may_leave(now):
        commit()
        due = people_with_digest_due(now=now, today=today, hour=hour_reached(now))
        mails = to_each(job, due, partial(write_digest, now=now, today=today))
    return {"notices": told, "mails": mails}
