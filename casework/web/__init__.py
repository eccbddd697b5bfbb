"""What every page shares: the door, errors, forms, lists, filters."""

from flask import Flask

from casework.web import errors, figures, filters, frame, i18n, marks, request, typed


def init_app(app: Flask) -> None:
    """Set up what every page shares."""
    i18n.init_app(app)
    request.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    figures.init_app(app)
    marks.init_app(app)
    frame.init_app(app)
    typed.init_app(app)
