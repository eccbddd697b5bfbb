"""Doing the same to many rows: which ones were ticked."""

from casework.web.bulk import chosen_ids


def test_what_can_be_no_id_is_left_out_of_what_was_ticked(app):
    with app.test_request_context("/?ids=9", method="POST", data={"ids": ["7", "x", "-1", "9" * 30, "9" * 5_000, "8"]}):
        assert chosen_ids() == [7, 8]
