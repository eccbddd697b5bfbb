"""Letter templates for tests: those that come with the program, and new versions of them on their way."""

from casework.letters.template_queries import version_in_force
from casework.rules.letters import AddresseeKind, LetterKind


def in_force(kind: LetterKind, whom: AddresseeKind = AddresseeKind.GOVERNMENT) -> int:
    """The version that letters of this kind are made from."""
    return version_in_force(kind, whom).id
