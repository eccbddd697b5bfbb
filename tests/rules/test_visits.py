"""What an inspection needs."""

import pytest

from casework.rules.errors import RuleError
from casework.rules.visits import check_inspectors


def test_two_officers_with_certificates_of_their_own_inspect():
    check_inspectors(["宁01", "宁02", ""])


@pytest.mark.parametrize("certificates", [[], ["宁01"], ["宁01", " 宁01 "], ["宁01", " "]])
def test_fewer_do_not(certificates):
    with pytest.raises(RuleError) as refused:
        check_inspectors(certificates)
    assert refused.value.field == "officers"
