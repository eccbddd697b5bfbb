"""How gunicorn serves the program; the settings are those of config.py."""

import gc

from config import Settings

_settings = Settings.from_env()

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
