"""A letter as a version of a template would begin it, from invented facts: for looking at it and for judging it."""

from datetime import date, datetime, timedelta

from casework.letters.beginning import Place, begun
from casework.letters.content import Issuer, draft_facts
from casework.letters.models import Letter
from casework.rules.letter_drafts import Occasion
from casework.rules.letter_facts import Contact, LetterFacts, UnitRow
from casework.rules.letter_templates import TemplateText, template_lines
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.wording import CONSENT_WORDS
from casework.settings.queries import setting

_PLACE = Place(government="石嘴山市人民政府", bureau="石嘴山市生态环境局")
_UNITS = (("石嘴山屹川能源有限公司", 1_846_320, 1_203_115), ("石嘴山市朔岭热电有限责任公司", 962_478, 0))
_DAYS_TO_REPLY = 14


def sample_letter(
    kind: LetterKind, whom: AddresseeKind, text: TemplateText, *, now: datetime, today: date
) -> tuple[Letter, LetterFacts]:
    """An invented letter with this text and what it would print; a text that states the consent is taken to have it."""
    issuer = Issuer(setting("organ"), text)
    letter = begun(
        _occasion(kind, whom, text.prefix, today),
        _PLACE,
        issuer,
        addressee_kind=whom,
        units_day=today,
        contact=Contact("马文静", "0951-5160000"),
        now=now,
    )
    if any(CONSENT_WORDS in line for line in template_lines(text)):
        letter.consent_day, letter.consent_reference = today, "样例"
    return letter, draft_facts(letter, issuer, today=today)


def _occasion(kind: LetterKind, whom: AddresseeKind, prefix: str, today: date) -> Occasion:
    year = f"{today.year - 1}年度"
    units = tuple(UnitRow(name, year, due, surrendered) for name, due, surrendered in _UNITS)
    return Occasion(
        kind=kind,
        region="石嘴山市",
        years=(str(today.year - 1),),
        deadline=date(today.year, 12, 31),
        reply_due=today + timedelta(days=_DAYS_TO_REPLY),
        units=units[:1] if whom is AddresseeKind.ENTERPRISE else units,
        earlier=(f"{prefix}〔{today.year}〕12号",),
    )
