"""Entry point for gunicorn and the flask command."""

from casework import create_app

app = create_app()
