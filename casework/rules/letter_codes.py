"""The code by which anybody checks a letter: drawn at registration, printed in groups, read however it is typed."""

import re
from dataclasses import dataclass

from casework.rules.errors import RuleError
from casework.rules.words import N_

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: of signs that look alike one alone is used
LENGTH = 16
BYTES = LENGTH * 5 // 8  # 80 bits: whoever guesses a million times a second needs ten thousand million years
_READ_AS = str.maketrans("OIL", "011")
_APART = re.compile(r"[\s\-‐–—－]+")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?(/[A-Za-z0-9._~\-]+)*")
ADDRESS_MOST = 60  # with more, the squares of the QR code become too small for its 13 mm


@dataclass(frozen=True)
class Verification:
    """What a letter is checked by: its code, and the public address that the QR code leads to."""

    code: str
    address: str

    @property
    def url(self) -> str:
        """What the QR code holds; in capitals, where that means the same, its squares are fewer."""
        scheme, _sep, rest = self.address.partition("://")
        if "/" not in rest:
            return f"{scheme}://{rest}/V/{self.code}".upper()
        return f"{self.address}/V/{self.code}"


def code_from(drawn: bytes) -> str:
    """The code of so many random bytes."""
    number = int.from_bytes(drawn, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def grouped(code: str) -> str:
    """As it is printed: K7QM-2XRD-9HTB-4WNE."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read_code(typed: str) -> str | None:
    """The code that somebody typed or scanned, in whatever case and groups; None where it can be none."""
    text = _APART.sub("", typed).upper().translate(_READ_AS)
    return text if len(text) == LENGTH and set(text) <= set(ALPHABET) else None


def address_refusal(address: str) -> RuleError | None:
    """Why this cannot be the public address, or None."""
    if len(address) > ADDRESS_MOST or not _ADDRESS.fullmatch(address):
        return RuleError(
            N_("Enter an address as https://example.gov.cn, without a stroke at its end, of at most %(most)s signs."),
            most=ADDRESS_MOST,
        )
    return None
