"""Pages of letters that need nothing of the cases: lists, the register of documents, what is printed."""

from flask import Blueprint

bp = Blueprint("letters", __name__)

from casework.letters.views import lists, printed, printing, register, sealing, versions  # noqa: E402, F401
