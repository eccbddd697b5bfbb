"""Write the first migration anew from the models; only while no version has been released."""

import tempfile
from pathlib import Path

from flask_migrate import revision

from casework import create_app
from config import Settings

VERSIONS = Path(__file__).resolve().parent.parent / "casework" / "migrations" / "versions"


def main() -> None:
    """Write versions/0001_tables.py."""
    for old in VERSIONS.glob("0001_*.py"):
        old.unlink()
    second = VERSIONS / "0002_triggers.py"
    text = second.read_text()
    second.unlink()
    try:
        with tempfile.TemporaryDirectory() as folder:
            app = create_app(Settings(secret="s" * 40, database_url=f"sqlite:///{folder}/empty.db"))
            with app.app_context():
                revision(message="tables", autogenerate=True, rev_id="0001")
    finally:
        second.write_text(text)


if __name__ == "__main__":
    main()
