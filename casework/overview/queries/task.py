"""What a task is: a verb, a subject, a day and the place where it is done."""

from dataclasses import dataclass
from datetime import date

from casework.users.models import Account

MOST = 100  # of each kind: nobody reads further, and the page says so


@dataclass(frozen=True)
class Viewer:
    """Whose worklist is shown: the account at the screen, and the one whose tasks these are."""

    account: Account
    acts_for: Account
    today: date

    @property
    def on_behalf_of(self) -> str:
        """Name of the absent one, or nothing for one's own tasks."""
        return "" if self.acts_for.id == self.account.id else self.acts_for.name


@dataclass(frozen=True)
class Task:
    """One line of the worklist."""

    verb: str  # English msgid
    subject: str
    endpoint: str
    target: dict[str, int]
    due: date | None = None
    note: str = ""
    on_behalf_of: str = ""
