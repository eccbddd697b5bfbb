"""Doing the same to many rows: which ones were ticked, and each with its own result."""

import pytest
from flask import session as cookie
from sqlalchemy.orm.exc import StaleDataError
from support.cases import account

from casework.rules.errors import RuleError
from casework.web.bulk import chosen_ids, each_alone


def test_what_can_be_no_id_is_left_out_of_what_was_ticked(app):
    with app.test_request_context("/?ids=9", method="POST", data={"ids": ["7", "x", "-1", "9" * 30, "9" * 5_000, "8"]}):
        assert chosen_ids() == [7, 8]


@pytest.mark.parametrize("trouble", [RuleError("No."), StaleDataError("UPDATE matched 0 rows")])
def test_a_row_that_fails_leaves_the_others_their_result(app, session, trouble):
    def deed(row_id):
        if row_id == 2:
            raise trouble
        return account("alice").name

    with app.test_request_context():
        each_alone([1, 2, 3], deed, result_url="/done")
        assert [bool(why) for _name, why in cookie["bulk_result"]] == [False, True, False]
