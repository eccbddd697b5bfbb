"""The letter fonts and the hands' widths, the people, and two short units of one region."""

from pathlib import Path

import pytest
from support.cases import a_case, account

from casework.audit.actions import commit
from casework.letters.fonts import letter_fonts
from casework.rules.workflow import State
from config import FontChoice

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Mark what prints letters as slow: it asks for the folder of fonts; what only sets lines asks for the fonts."""
    for item in items:
        if "fonts_folder" in item.fixturenames and item.path.is_relative_to(HERE) and not _only_sets(item):
            item.add_marker(pytest.mark.slow)


def _only_sets(item):
    return "fonts" in item.fixturenames


@pytest.fixture(scope="session")
def fonts_folder():
    return FontChoice(Path(__file__).resolve().parents[2] / "var" / "fonts")


@pytest.fixture(scope="session")
def fonts(fonts_folder):
    return letter_fonts(fonts_folder)


@pytest.fixture
def people(app):
    """A browser for each of the cast."""
    clients = {}

    def browser(name):
        if name not in clients:
            clients[name] = app.test_client().sign_in(name)
        return clients[name]

    return browser


@pytest.fixture
def cases(app):
    """Two short units of one region."""
    with app.app_context():
        found = [a_case(State.ASSISTING).id, a_case(State.ASSISTING).id]
        account("alice").phone = "0951-5160000"
        commit()
    return found
