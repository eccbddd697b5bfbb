"""How gunicorn serves the program; the settings are those of config.py."""

import gc
import sys

from config import SettingError, Settings

try:
    _settings = Settings.from_env()
except SettingError as refusal:
    sys.exit(f"Casework does not start: {refusal}")

bind = f"127.0.0.1:{_settings.port}"
workers = _settings.workers
# Threads, because a browser opens connections ahead of need, and each would hold up a process without them.
worker_class = "gthread"
threads = 4
preload_app = True
timeout = 120
graceful_timeout = 10
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
loglevel = "warning"
control_socket_disable = True  # nobody asks it anything, and it would write into the home folder


def on_starting(server):
    """Refuse to serve on a database that no page could be read from."""
    from casework.cli import what_is_lacking
    from casework.db import db

    with server.app.wsgi().app_context():
        lack = what_is_lacking()
        db.engine.dispose()
    if lack:
        sys.exit(f"Casework does not start: {lack}")


def post_fork(server, worker):
    """Forget the parent's database connections: two processes on one connection would mix their answers.

    What the program itself is made of is set apart from what may become garbage, and garbage is looked for less often.
    """
    from casework.db import db

    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)

    app = worker.app.wsgi()
    with app.app_context():
        db.engine.dispose(close=False)
