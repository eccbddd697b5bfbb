"""A signature is confirmed by the password or a code of the second factor."""

from flask import g, request
from flask_login import current_user

from casework.audit.actions import commit, roll_back
from casework.rules.errors import RuleError
from casework.users.actions.signing_in import confirms_identity, note_unconfirmed
from casework.users.queries import account_by_id


def confirm_person(secret: str) -> None:
    """Refuse who cannot say the password or a code; a wrong one is counted, and the form keeps its token."""
    account, address = account_by_id(current_user.id), (request.remote_addr or "")[:64]
    if confirms_identity(account, secret, address=address, now=g.now):
        return
    roll_back()  # the form keeps its token, so that it can be sent again
    note_unconfirmed(account, address=address, now=g.now)
    commit()
    raise RuleError("The password is not right.", field="password")
