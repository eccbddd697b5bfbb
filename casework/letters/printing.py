"""Printing as the rest of the program sees it: facts in, bytes out; what was just printed is kept for a while."""

from collections.abc import Callable
from functools import lru_cache

from casework.letters import pdf, pictures
from casework.rules.letter_facts import LetterFacts
from config import FontChoice

Render = Callable[[LetterFacts], bytes]


@lru_cache(maxsize=16)
def printed(facts: LetterFacts, fonts: FontChoice) -> bytes:
    """The PDF of these facts; the same facts are not set twice while somebody looks at the pages."""
    return pdf.render(facts, fonts=fonts)


@lru_cache(maxsize=64)
def picture(content: bytes, page: int, width: int) -> bytes:
    """One page as a PNG; the same page is not drawn twice while somebody looks at it."""
    return pictures.page_picture(content, page, width)
