"""The demonstration, built once."""

import pytest


@pytest.fixture
def demo(app, once):
    """The program with the demonstration of 2026-11-22, which took the place of what was there."""

    def build():
        result = app.test_cli_runner().invoke(args=["demo", "--reset", "--today", "2026-11-22"])
        assert result.exit_code == 0, result.output

    once("demonstration", build)
    with app.app_context():
        yield app
