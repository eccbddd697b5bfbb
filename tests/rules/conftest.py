"""Whatever a rule says stands in the catalogue with the parameters it has there: every test of a rule checks it."""

import re
import sys
from functools import cache

import pytest

from casework.rules.errors import RuleError
from tools import catalogue


@cache
def msgids():
    return frozenset(message.id for message in catalogue.translated())


def from_the_catalogue(text):
    """Stand in for N_: what is marked for translation is there to be translated."""
    assert text in msgids(), f"Not in the catalogue: {text!r}"
    return text


@pytest.fixture(scope="module", autouse=True)
def words_of_the_catalogue():
    make = RuleError.__init__

    def checked(self, message, field=None, **params):
        assert set(re.findall(r"%\((\w+)\)", from_the_catalogue(message))) == params.keys(), message
        make(self, message, field, **params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RuleError, "__init__", checked)
        for name, module in list(sys.modules.items()):
            if name.startswith("casework.rules.") and hasattr(module, "N_"):
                patch.setattr(module, "N_", from_the_catalogue)
        yield
