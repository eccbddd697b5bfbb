"""The Chinese of the pages has one word for one thing."""

import re
from pathlib import Path

import pytest
from flask import current_app

OTHERWISE = {"个案(?!件)": "案件", "复函": "回函"}  # what is not said, and what is


@pytest.mark.parametrize(("other", "word"), OTHERWISE.items())
def test_one_thing_has_one_word(app, other, word):
    with app.app_context():
        root = Path(current_app.root_path)
    catalogue = (root / "translations/zh_Hans_CN/LC_MESSAGES/messages.po").read_text("utf-8")
    lines = [line for line in catalogue.splitlines() if line.startswith("msgstr")]
    lines += [line for path in (root / "archive").glob("*.py") for line in path.read_text("utf-8").splitlines()]
    assert [line for line in lines if re.search(other, line)] == [], f"say {word}"
