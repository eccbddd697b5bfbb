"""Where the pages of the problem list learn what is foreseen: from the feature that makes forecasts."""

from flask import current_app
from flask.sansio.app import App

from casework.cases.queries.proposals import Foresee, nothing_foreseen

_EXTENSION = "casework.foreseen"


def foresee_with(app: App, foresee: Foresee) -> None:
    """Let a feature say which units are not expected to complete."""
    app.extensions[_EXTENSION] = foresee


def what_is_foreseen() -> Foresee:
    """Return whom to ask."""
    found: Foresee = current_app.extensions.get(_EXTENSION, nothing_foreseen)
    return found
