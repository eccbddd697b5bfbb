"""A letter on its whole way, as the tests of letters have it."""

from letters.conftest import cases, people

__all__ = ["cases", "people"]
