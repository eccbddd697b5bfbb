"""Acting for an absent colleague: the choice stands only on the forms of who stands in for somebody now."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l

from casework.users.models import Account
from casework.web.fields import OneOfField
from casework.web.forms import Form


class BehalfForm(Form):
    """Base of the forms in which a delegate says for whom he acts."""

    behalf = OneOfField(_l("Acting"), choices=[("", _l("in my own name"))], default="")
    absent: Mapping[str, Account] = {}

    def offer(self, absent: Iterable[Account]) -> None:
        """Offer the colleagues who are absent; without any the field is not shown."""
        self.absent = {str(account.id): account for account in absent}
        self.behalf.choices = [
            ("", _l("in my own name")),
            *((key, _l("on behalf of %(name)s", name=account.name)) for key, account in self.absent.items()),
        ]
        if not self.absent:
            del self.behalf

    @property
    def on_behalf_of(self) -> Account | None:
        """The absent colleague who was chosen."""
        return self.absent.get(self.behalf.data) if "behalf" in self._fields else None
