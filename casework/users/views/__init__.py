"""Pages of accounts: signing in, one's own account, and what the administrator keeps."""

from flask import Blueprint

bp = Blueprint("users", __name__)

from casework.users.views import accounts, own, regions, signing_in  # noqa: E402, F401
