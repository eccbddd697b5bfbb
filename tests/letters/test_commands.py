"""flask --app wsgi letter: every kind from a file, without a database."""

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from casework.letters.pdf import render
from casework.rules.letter_facts import Attachment, Contact, LetterFacts, Request, Table, UnitRow
from casework.rules.letters import LetterKind
from casework.rules.wording import Consent
from tests.letters.check_letter import check
from tests.letters.samples import EXAMPLES, example

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(app):
    """Run the command within the program and return its result."""

    def run(*arguments):
        return app.test_cli_runner().invoke(args=["letter", *map(str, arguments)])

    return run


@pytest.fixture
def changed(tmp_path):
    """Write the example of a kind with some fields changed to a file."""

    def changed(kind, **fields):
        path = tmp_path / "facts.json"
        path.write_text(json.dumps(json.loads((EXAMPLES / f"{kind}.json").read_text("utf-8")) | fields), "utf-8")
        return path

    return changed


@pytest.mark.parametrize("kind", LetterKind)
def test_the_worked_example_of_every_kind_is_printed_and_measures_up(run, tmp_path, fonts_folder, kind):
    out = tmp_path / "letter.pdf"
    ran = run("render", EXAMPLES / f"{kind}.json", "--out", out)
    assert (ran.exit_code, ran.output) == (0, f"{out}: {out.stat().st_size:,} bytes\n")
    assert out.read_bytes() == render(example(kind), fonts=fonts_folder)
    assert [row for row in check(str(out), str(kind.format), "Fang") if not row["ok"]] == []


@pytest.mark.slow
def test_no_database_is_needed(tmp_path):
    out, database = tmp_path / "letter.pdf", tmp_path / "none.db"
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "letter", "render", EXAMPLES / "notice.json", "--out", out],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{database}", "CASEWORK_DEMO": "1"},
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b""
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert not database.exists()


@pytest.mark.parametrize(
    ("kind", "fields", "path"),
    [
        ("notice", {"requests": [{"text": "报送。"}, {"text": "报送。", "by": "月底"}]}, "requests[1].by: "),
        ("notice", {"fax": "1"}, "fax: "),
        ("notice", {"title": " "}, "title: "),
        ("notice", {"addressee_kind": "enterprise"}, "addressee: "),
        ("notice", {"number": "12号"}, "number: "),
        ("work_supervision", {"body": ["责令贵市完成清缴。"], "units_after": 1}, "body: "),
        ("supervision", {"consent": None}, "consent: "),
        ("bulletin", {"issued_by": "办" * 60}, "issued_by: "),
        ("bulletin", {"addressee": "各市😀"}, ""),
    ],
)
def test_facts_that_do_not_fit_are_refused_in_a_sentence_that_begins_with_the_field(
    run, changed, tmp_path, kind, fields, path
):
    out = tmp_path / "letter.pdf"
    ran = run("render", changed(kind, **fields), "--out", out)
    assert ran.exit_code == 1
    assert ran.output.startswith(f"Error: {path}")
    assert len(ran.output) > len(f"Error: {path}") + 5
    assert "U+1F600" in ran.output or path
    assert not out.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[]", b"[" * 100_000])
def test_a_file_that_holds_no_facts_is_refused(run, tmp_path, content):
    (tmp_path / "facts.json").write_bytes(content)
    ran = run("render", tmp_path / "facts.json", "--out", tmp_path / "letter.pdf")
    assert ran.exit_code == 1
    assert ran.output.startswith("Error: ")


def test_a_place_that_cannot_be_written_to_is_named(run):
    ran = run("render", EXAMPLES / "notice.json", "--out", "/nowhere/letter.pdf")
    assert (ran.exit_code, ran.output) == (1, "Error: /nowhere/letter.pdf: No such file or directory\n")


def test_the_schema_is_printed_and_every_field_of_it_is_documented(run):
    schema = json.loads(run("schema").output)
    assert set(schema["properties"]) == {field.name for field in fields(LetterFacts)}
    documented = (EXAMPLES / "README.md").read_text("utf-8")
    for kind in (LetterFacts, UnitRow, Request, Contact, Table, Attachment, Consent):
        assert [field.name for field in fields(kind) if f"`{field.name}`" not in documented] == []
