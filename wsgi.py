"""Entry point for gunicorn and the flask command."""

import sys

from casework import create_app
from casework.db import UnsafeDatabase
from config import SettingError

try:
    app = create_app()
except (SettingError, UnsafeDatabase) as refusal:
    sys.exit(f"Casework does not start: {refusal}")
