"""What may be said to whom: a department asks a government and does not instruct it (条例 16)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casework.rules.errors import RuleError
from casework.rules.letters import AddresseeKind
from casework.rules.words import N_

# What a superior says to an inferior. 应清缴 and 应当 are left out: they state what the law lays on enterprises.
_DEMANDING = re.compile(
    "责令|勒令|严令|责成|命令|务必|务须|必须|不得(?!不|已)|严禁|限期|限[于在你贵]"
    "|要求[你贵]|指令[你贵]|[你贵](?:市|区|县|委|单位|方)(?:人民政府)?(?:应(?!清缴|履约)当?|须|要)|(?<!必)须于|否则将|否则我"
)
# 请 as a request, not as part of 申请, 请示 or 邀请.
_ASKING = re.compile("(?<![申邀报])请(?![示假])|恳请|商请|函请|盼复|为盼|为荷")
_CITED = re.compile("《[^《》]*》|“[^“”]*”")
_MARK = "(?:绝密|机密|秘密)"
# 密级 as it is written: before a star, within brackets, or alone on its line. 商业秘密 within a sentence is none.
_SECRET = re.compile(rf"{_MARK}\s*[★☆]|[（【\[(]\s*{_MARK}\s*[）】\])]|^(?:密级\s*[:：]?\s*)?{_MARK}$")
CONSENT_WORDS = "经自治区人民政府同意"


@dataclass(frozen=True)
class Consent:
    """The region government's consent to instruct a lower government (条例 16)."""

    day: date
    reference: str


def demanding_words(text: str) -> tuple[str, ...]:
    """The instructive wording in a text, each once, in order; names of laws and quotations do not count."""
    found = _DEMANDING.findall(_CITED.sub("", text))
    return tuple(dict.fromkeys(found))


def asks(text: str) -> bool:
    """Whether a text asks for something: 请, 商请, 盼复."""
    return _ASKING.search(_CITED.sub("", text)) is not None


def wording_refusal(
    addressee_kind: AddresseeKind, paragraphs: Iterable[str], consent: Consent | None, *, must_ask: bool = True
) -> RuleError | None:
    """Why the text may not go to this addressee (条例 16(2)), or None.

    A department asks a lower government; it instructs only with the consent of the region's government, and says so.
    A bulletin need not ask for anything (`must_ask`).
    """
    texts = list(paragraphs)
    if any(_SECRET.search(text.strip()) for text in texts):
        return RuleError(N_("Classified documents are not made here: take the mark of secrecy out."), "body")
    if addressee_kind is not AddresseeKind.GOVERNMENT:
        return None
    stated = any(CONSENT_WORDS in text for text in texts)
    if consent is not None:
        if stated:
            return None
        return RuleError(N_("The consent is recorded, so the text must say %(words)s."), "body", words=CONSENT_WORDS)
    if stated:
        return RuleError(
            N_("The text says %(words)s: record the day and reference of that consent."), "consent", words=CONSENT_WORDS
        )
    demanding = tuple(dict.fromkeys(word for text in texts for word in demanding_words(text)))
    if demanding:
        return RuleError(
            N_("A department asks a government and does not instruct it. Reword, or record the consent: %(words)s."),
            "body",
            words="、".join(demanding),
        )
    if must_ask and not any(asks(text) for text in texts):
        return RuleError(N_("A letter to a government asks for something (请…, 盼复); this text does not."), "body")
    return None
