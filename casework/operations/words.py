"""How the actions of the trail and the kinds of background work are called on the screen."""

from flask_babel import gettext as _

from casework.rules.letters import LetterStep
from casework.rules.states import Step
from casework.rules.versions import VersionStep
from casework.rules.words import N_

ACTIONS = {
    "sign in": N_("Signed in"),
    "sign out": N_("Signed out"),
    "second factor": N_("Second factor entered"),
    "denied": N_("Denied attempt"),
    "change password": N_("Changed the password"),
    "set up second factor": N_("Set up the second factor"),
    "change contact": N_("Changed contact or language"),
    "delegate": N_("Named a delegate"),
    "end delegation": N_("Ended a delegation"),
    "create account": N_("Created an account"),
    "change account": N_("Changed an account"),
    "disable account": N_("Disabled an account"),
    "enable account": N_("Enabled an account"),
    "reset password": N_("Reset a password"),
    "reset second factor": N_("Removed a second factor"),
    "hand over": N_("Handed over tasks"),
    "letter hand over": N_("Letter draft handed over"),
    "create region": N_("Added a region"),
    "change region": N_("Changed a region"),
    "setting": N_("Changed a setting"),
    "cycle entered": N_("Entered a cycle"),
    "cycle changed": N_("Changed a cycle"),
    "prices taken over": N_("Took over prices"),
    "calendar year entered": N_("Entered a year of the calendar"),
    "calendar year taken back": N_("Took back a year of the calendar"),
    "letter reply counted anew": N_("Reply day counted anew by the calendar"),
    "enterprise entered": N_("Entered an enterprise"),
    "enterprise changed": N_("Changed an enterprise"),
    "obligation entered": N_("Entered an obligation"),
    "obligation corrected": N_("Corrected an obligation"),
    "import received": N_("Received a table"),
    "import confirmed": N_("Confirmed an import"),
    "import taken over": N_("Took over an import"),
    "import dropped": N_("Dropped an import"),
    "case listed": N_("Put on the problem list"),
    "letter draft": N_("Drafted a letter"),
    "letter edit": N_("Edited a letter"),
    "letter registered": N_("Registered a letter"),
    "letter dispatched": N_("Dispatched a letter"),
    "letter received": N_("Recorded a receipt"),
    "letter replied": N_("Recorded a reply"),
    "reply judged": N_("Judged a reply"),
    "rules begun": N_("Began a version of a rule set"),
    "rules edited": N_("Edited a rule set"),
    "template begun": N_("Began a version of a letter template"),
    "template edited": N_("Edited a letter template"),
    "surrender": N_("Entered a surrender"),
    "letter printed": N_("Printed a letter"),
    "verification held back": N_("Kept a stranger from trying more codes"),
    "archive taken": N_("Took an archive package"),
    "round opened": N_("Opened a reporting round"),
    "round missed": N_("Noted a round that was not held"),
    "round notice": N_("Drafted the notice of a reporting round"),
    "round frozen": N_("Froze a reporting round"),
    "schedule set up": N_("Set up a schedule of rounds"),
    "schedule changed": N_("Changed a schedule of rounds"),
    "report submitted": N_("Submitted a report"),
    "report taken back": N_("Took a report back"),
    "file attached": N_("Attached a file to a report"),
    "file taken away": N_("Took a file away from a report"),
    "report accepted": N_("Accepted a report"),
    "report returned": N_("Sent a report back"),
    "report corrected": N_("Corrected a report"),
    "proposal accepted": N_("Took over what a report proposed"),
    "proposal declined": N_("Declined what a report proposed"),
    "change mail": N_("Chose what comes by e-mail"),
    "send mail again": N_("Sent a mail again"),
    "retry job": N_("Tried background work again"),
    "verify trail": N_("Verified the trail"),
}
OUTCOMES = {"done": N_("done"), "denied": N_("denied")}
OBJECTS = {
    "account": N_("Account"),
    "case": N_("Case"),
    "letter": N_("Letter"),
    "rule set": N_("Rule set"),
    "letter template": N_("Letter template"),
    "page": N_("Page"),
    "region": N_("Region"),
    "setting": N_("Setting"),
    "cycle": N_("Cycle"),
    "prices": N_("Prices"),
    "calendar year": N_("Year of the calendar"),
    "enterprise": N_("Enterprise"),
    "obligation": N_("Obligation"),
    "import": N_("Import"),
    "round": N_("Reporting round"),
    "report": N_("Report"),
    "schedule": N_("Schedule of rounds"),
    "job": N_("Background work"),
    "mail": N_("Mail"),
    "trail": N_("Audit trail"),
}
JOBS = {
    "rounds": N_("Open and freeze reporting rounds"),
    "anchor": N_("Write the head of the trail outside the database"),
    "import check": N_("Check a table"),
    "import take-over": N_("Take over a table"),
    "recount deadlines": N_("Count deadlines anew by the calendar"),
    "archive package": N_("Prepare an archive package"),
    "mails": N_("Write the mails that are due"),
    "reminders": N_("Remind of deadlines"),
    "print letters": N_("Bind letters for printing"),
    "mail": N_("Send a mail"),
}


def action_words(action: str) -> str:
    """Name an action; one that is not in the table is a step or line of a case, letter or version, or itself."""
    if action in ACTIONS:
        return str(_(ACTIONS[action]))
    kind, _blank, step = action.partition(" ")
    steps: dict[str, type[Step] | type[LetterStep] | type[VersionStep]] = {
        "case": Step, "letter": LetterStep, "template": VersionStep, "rules": VersionStep,
    }  # fmt: skip
    if kind in steps and step in set(steps[kind]):
        return str(_(steps[kind](step).label))
    if kind == "case":
        return str(_(step[:1].upper() + step[1:]))  # a line of the case's history, which is a message of its own
    return action
