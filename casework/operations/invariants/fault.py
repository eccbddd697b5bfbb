"""How a violation is told."""

from typing import Any

from flask_babel import gettext as _


class Fault:
    """One violation: what it is about and a sentence; `sentence` is an English msgid with parameters."""

    def __init__(self, about: str, sentence: str, **params: Any) -> None:
        self.about, self.sentence, self.params = about, sentence, params

    @property
    def words(self) -> str:
        """The sentence in the reader's language."""
        return str(_(self.sentence, **self.params))

    def __str__(self) -> str:
        return f"{self.about}: {self.words}"
