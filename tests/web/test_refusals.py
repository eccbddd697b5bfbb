"""Refusals as the person at the screen reads them."""

import pytest
import structlog
from flask_babel import force_locale

from casework.rules.errors import RuleError
from casework.rules.measures import MeasureKind, check_measures
from casework.web.forms import say


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (9_999, "9999"),
        (2026, "2026"),
        (10_000, "10,000"),
        (2_065_144, "2,065,144"),
        (True, "True"),
        ("640200", "640200"),
    ],
)
def test_large_whole_numbers_have_separators_and_years_none(app, number, written):
    with app.test_request_context():
        assert say(RuleError("%(number)s cells", number=number)) == f"{written} cells"


def test_measures_that_do_not_cover_the_shortfall_are_refused_in_readable_numbers(app):
    with pytest.raises(RuleError) as refused:
        check_measures([(MeasureKind.BUY, 3_000)], 2_068_144)
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        sentence = say(refused.value)
    assert "2,068,144" in sentence
    assert "2,065,144" in sentence
    assert "3000" in sentence


def test_the_log_of_a_failure_holds_its_lines_but_no_values(app, capsys):
    def sign_in(password):
        raise ValueError(f"{len(password)} characters")

    try:
        sign_in("Geheim-" + "1234")
    except ValueError:
        structlog.get_logger().exception("unexpected")
    logged = capsys.readouterr().out
    assert "ValueError: 11 characters" in logged
    assert "Geheim-1234" not in logged
    assert "\x1b" not in logged, "colours are for a terminal"
