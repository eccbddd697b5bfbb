"""The Chinese of the pages has one word for one thing."""

import re
from pathlib import Path

import pytest
from flask import current_app

OTHERWISE = {"个案(?!件)": "案件", "复函": "回函"}  # what is not said, and what is


@pytest.mark.parametrize(("other", "word"), OTHERWISE.items())
def test_one_thing_has_one_word(app, other, word):
    with app.app_context():
        catalogue = Path(current_app.root_path, "translations/zh_Hans_CN/LC_MESSAGES/messages.po").read_text("utf-8")
    said = [line for line in catalogue.splitlines() if line.startswith("msgstr") and re.search(other, line)]
    assert said == [], f"say {word}"
