"""The README's diagram and table of settings are the program's own."""

from pathlib import Path

from casework.rules.diagram import mermaid
from config import VARIABLES

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_readme_draws_the_table_of_steps():
    assert mermaid().strip() in README


def test_the_readme_names_every_setting_with_its_meaning():
    for variable in VARIABLES:
        assert f"| `{variable.name}` | {variable.meaning} |" in README
