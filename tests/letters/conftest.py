"""The letter fonts and the hands' widths."""

from pathlib import Path

import pytest

from casework.letters.fonts import letter_fonts


@pytest.fixture(scope="session")
def fonts_folder():
    return Path(__file__).resolve().parents[2] / "var" / "fonts"


@pytest.fixture(scope="session")
def fonts(fonts_folder):
    return letter_fonts(fonts_folder)
