"""The code of a letter: how it is drawn, printed, read, and where its QR code leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.letter_codes import (
    ADDRESS_MOST,
    ALPHABET,
    BYTES,
    LENGTH,
    Verification,
    address_refusal,
    code_from,
    grouped,
    read_code,
)

CODE = "60RK4CSM6MV3EE1S"


def test_a_code_bears_eighty_bits_in_signs_that_do_not_look_alike():
    assert (BYTES * 8, LENGTH, len(set(ALPHABET))) == (80, 16, 32)
    assert not set(ALPHABET) & set("OILU")


@given(st.binary(min_size=BYTES, max_size=BYTES), st.binary(min_size=BYTES, max_size=BYTES))
def test_different_bits_make_different_codes_and_each_is_read_as_it_is_printed(one, other):
    assert (code_from(one) == code_from(other)) == (one == other)
    assert read_code(grouped(code_from(one))) == code_from(one)


@pytest.mark.parametrize(
    ("drawn", "code"),
    [(bytes(10), "0" * 16), (b"\xff" * 10, "Z" * 16), (bytes(range(1, 11)), "041061050R3GG28A")],
)
def test_each_five_bits_make_a_sign_the_first_bits_the_first(drawn, code):
    assert code_from(drawn) == code


def test_a_code_may_hold_any_sign():
    assert [read_code(ALPHABET[:16]), read_code(ALPHABET[16:])] == [ALPHABET[:16], ALPHABET[16:]]


@pytest.mark.parametrize(
    "typed",
    [
        "60RK-4CSM-6MV3-EE1S",
        "60rk 4csm 6mv3 ee1s",
        "6ORK4CSM6MV3EEIS",
        "60RK－4CSM－6MV3－EElS",
        " 60RK—4CSM6MV3EE1S\n",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_code(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "60RK-4CSM-6MV3-EE1", CODE + "0", "60RK4CSM6MV3EEUS", "'; DROP TABLE x--", "１" * 16]
)
def test_what_can_be_no_code_is_none(typed):
    assert read_code(typed) is None


def test_the_qr_code_leads_to_the_public_page_in_capitals_where_that_means_the_same():
    assert Verification(CODE, "https://sthjt.example.cn").url == f"HTTPS://STHJT.EXAMPLE.CN/V/{CODE}"
    assert Verification(CODE, "https://example.cn/letters").url == f"https://example.cn/letters/V/{CODE}"


@pytest.mark.parametrize("address", ["https://sthjt.example.cn", "http://127.0.0.1:8000", "https://example.cn/a-b/c_d"])
def test_an_address_is_taken(address):
    assert address_refusal(address) is None


@pytest.mark.parametrize(
    "address",
    ["", "sthjt.example.cn", "ftp://example.cn", "https://example.cn/", "https://example.cn/?a=b", "https://a b.cn",
     "javascript:alert(1)", "https://例.cn", "https://" + "a" * ADDRESS_MOST, "https://a.cn\nx"],
)  # fmt: skip
def test_what_no_phone_would_open_is_refused_as_an_address(address):
    assert address_refusal(address).params == {"most": 60}


def test_an_address_of_sixty_signs_is_the_longest():
    longest = "https://" + "a" * 52
    assert address_refusal(longest) is None
    assert address_refusal(f"{longest}a") is not None
