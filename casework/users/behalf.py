"""Acting for an absent colleague: the choice stands only on the forms of who stands in for somebody now."""

from collections.abc import Iterable, Mapping
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from casework.rules.versions import VersionStepRow
from casework.users.models import Account
from casework.web.fields import OneOfField, at_most, required
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


class VersionStepForm(BehalfForm):
    """A step of a version, with its reason or opinion."""

    reason = TextAreaField(_l("Reason or opinion"), [at_most(2000)])

    @classmethod
    def asking(cls, row: VersionStepRow, absent: Iterable[Account]) -> Self:
        """Make the form of a step; only a leader's decision takes words, and may be taken for an absent leader."""
        form = cls()
        form.offer(one for one in absent if row.roles & one.roles)
        if row.reason:
            form.reason.validators = [required(_l("Give a reason.")), at_most(2000)]
            form.reason.flags.required = True
        elif not row.not_editor:
            del form.reason
        return form
