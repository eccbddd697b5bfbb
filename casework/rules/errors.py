"""Refusals worded for the person at the screen."""

from collections.abc import Iterable, Sequence


class RuleError(Exception):
    """A step that the rules do not allow; `message` is an English msgid with %(name)s parameters.

    `field` names the form field at fault, where there is one, so that the sentence can stand beside it.
    """

    def __init__(self, message: str, field: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Refusals(RuleError):
    """Several refusals at once, each with its own field; where only one sentence is shown, it is the first."""

    def __init__(self, refusals: Sequence[RuleError]) -> None:
        first = refusals[0]
        super().__init__(first.message, first.field, **first.params)
        self.refusals = tuple(refusals)


def refuse_all(refusals: Iterable[RuleError]) -> None:
    """Raise all of these refusals together, where there are any."""
    if found := list(refusals):
        raise Refusals(found)


class NotAllowed(RuleError):
    """The person may not do this at all (role, region or four eyes)."""


class Stale(RuleError):
    """The page was opened on an older version than the record now has."""


class NotFound(RuleError):
    """Nothing with this name that the reader may see."""
