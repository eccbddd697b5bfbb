"""The rule sets that come with the program, as the migration writes them."""

from importlib import import_module
from pathlib import Path

from casework import migrations
from casework.rules.rule_sets import stored_rule_set

_MIGRATION = next(Path(migrations.__file__).parent.glob("versions/*_rule_sets.py")).stem
RULE_SETS = tuple(stored_rule_set(one) for one in import_module(f"casework.migrations.versions.{_MIGRATION}").SETS)


def rule_set_of(year):
    """The one that names a year, or None."""
    return next((rules for rules in RULE_SETS if year in rules.years), None)
