"""Pages of letters that need nothing of the cases: lists, the register of documents, what is printed."""

from flask import Blueprint

bp = Blueprint("letters", __name__)

from casework.letters.views import (  # noqa: E402
    lists,  # noqa: F401
    printed,  # noqa: F401
    printing,  # noqa: F401
    register,  # noqa: F401
    sealing,  # noqa: F401
    template_steps,  # noqa: F401
    templates,  # noqa: F401
    verification,  # noqa: F401
    versions,  # noqa: F401
)
