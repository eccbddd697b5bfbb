"""How a mail reads: plain text in the person's language, each item with its link."""

from collections.abc import Sequence
from datetime import date

from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from casework.notices.models import Notice
from casework.notices.queries import address_of
from casework.users.models import Account

ITEMS_MOST = 100


def newest_of_each(notices: Sequence[Notice]) -> list[Notice]:
    """Leave out what was told again since: of each thing the newest notice, the soonest due first."""
    newest = {one.thing or one.key: one for one in notices}
    return sorted(newest.values(), key=lambda one: (one.due or date.max, one.id))


def written(account: Account, notices: Sequence[Notice]) -> tuple[str, str]:
    """Return subject and text of a mail that tells these notices."""
    base = current_app.config["SETTINGS"].address
    items = newest_of_each(notices)
    with force_locale(account.language):
        subject = ngettext("Casework: %(num)s notice", "Casework: %(num)s notices", len(items))
        lines = [_("%(name)s:", name=account.name), ""]
        for number, notice in enumerate(items[:ITEMS_MOST], 1):
            lines += [f"{number}. {line_of(notice)}", f"   {address_of(notice, base)}", ""]
        if len(items) > ITEMS_MOST:
            more = len(items) - ITEMS_MOST
            lines += [ngettext("and %(num)s more in the program", "and %(num)s more in the program", more), ""]
        lines.append(_("What comes by e-mail you choose in the program under “My account”. Do not answer this mail."))
    return subject, "\n".join(lines) + "\n"


def line_of(notice: Notice) -> str:
    """Tell a notice in one line of the language at hand."""
    parts = [_(notice.stage)] if notice.stage else []
    parts += [_(notice.what), notice.subject]
    if notice.due:
        parts.append(_("due %(day)s", day=notice.due.isoformat()))
    if notice.note:
        parts.append(notice.note)
    return " · ".join(parts)
