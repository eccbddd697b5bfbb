"""Wording that fits the addressee."""

from datetime import date

import pytest

from casework.rules.letters import AddresseeKind
from casework.rules.wording import CONSENT_WORDS, Consent, asks, demanding_words, wording_refusal

CONSENT = Consent(date(2026, 11, 20), "宁政办函〔2026〕88号")
GOVERNMENT = AddresseeKind.GOVERNMENT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("责令相关企业改正", ("责令",)),
        ("你市必须于12月15日前完成，必须报告", ("必须",)),
        ("现要求你市督促企业限期清缴", ("要求你", "限期")),
        ("贵市应立即组织清缴", ("贵市应",)),
        ("你市人民政府应当负总责", ("你市人民政府应当",)),
        ("有关责任不得推诿", ("不得",)),
        ("请务必高度重视", ("务必",)),
        ("否则将予以通报", ("否则将",)),
        ("企业不得不减产", ()),
        ("应清缴配额量120万吨，应于年底前清缴", ()),
        ("依据《责令改正办法》第三条", ()),
        ("该条例规定“由生态环境主管部门责令改正”", ()),
        ("请贵市支持督促", ()),
    ],
)
def test_instructive_words_are_found_outside_names_and_quotations(text, words):
    assert demanding_words(text) == words


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("请贵市督促", True),
        ("特此函达，盼复。", True),
        ("商请支持", True),
        ("企业已提交申请", False),
        ("依据《请示办法》", False),
        ("现将情况通报", False),
    ],
)
def test_asking_is_told_from_words_that_only_hold_the_character(text, asking):
    assert asks(text) is asking


def test_a_request_to_a_government_passes():
    assert wording_refusal(GOVERNMENT, ["现将有关情况函告如下。", "请贵市支持。"], None) is None


def test_instructive_wording_to_a_government_needs_the_regions_consent():
    refusal = wording_refusal(GOVERNMENT, ["请支持。", "责令限期清缴。"], None)
    assert refusal.field == "body"
    assert refusal.params["words"] == "责令、限期"
    assert wording_refusal(GOVERNMENT, [f"{CONSENT_WORDS}，责令限期清缴。"], CONSENT) is None


def test_a_text_that_asks_for_nothing_is_refused_to_a_government():
    refusal = wording_refusal(GOVERNMENT, ["现将情况通报如下。"], None)
    assert "asks for something" in refusal.message
    assert refusal.field == "body"


def test_consent_and_the_words_that_state_it_come_together():
    unsaid = wording_refusal(GOVERNMENT, ["请支持。"], CONSENT)
    unrecorded = wording_refusal(GOVERNMENT, [f"{CONSENT_WORDS}，请支持。"], None)
    assert (unsaid.field, unrecorded.field) == ("body", "consent")
    assert unsaid.params == unrecorded.params == {"words": CONSENT_WORDS}


@pytest.mark.parametrize("kind", [AddresseeKind.BUREAU, AddresseeKind.ENTERPRISE])
def test_a_bureau_and_an_enterprise_may_be_told(kind):
    assert wording_refusal(kind, ["你局必须于12月15日前完成。"], None) is None


@pytest.mark.parametrize(
    "mark", ["机密", "秘密★1年", " 绝密★ ", "密级：机密", "【机密】关于清缴的函", "（秘密） ", "关于清缴的函 机密☆"]
)
@pytest.mark.parametrize("kind", AddresseeKind)
def test_a_mark_of_secrecy_is_refused_to_anyone(kind, mark):
    refusal = wording_refusal(kind, [mark, "请支持。"], None)
    assert "secrecy" in refusal.message
    assert refusal.field == "body"
    assert wording_refusal(kind, ["企业商业秘密，请注意保护。"], None) is None


def test_a_bulletin_to_a_government_may_tell_without_asking_but_not_instruct():
    told = ("现将进展情况通报如下。",)
    assert wording_refusal(AddresseeKind.GOVERNMENT, told, None).field == "body"
    assert wording_refusal(AddresseeKind.GOVERNMENT, told, None, must_ask=False) is None
    assert wording_refusal(AddresseeKind.GOVERNMENT, ("责令贵市整改。",), None, must_ask=False).field == "body"
