"""The last line: what no code of ours may do, the database refuses too."""

from collections.abc import Iterable

from casework.rules.steps import STEPS, targets

# letter columns that registration freezes
_FROZEN = (
    "number",
    "prefix",
    "year",
    "pdf_id",
    "sha256",
    "facts",
    "signing_day",
    "title",
    "content",
    "kind",
    "signer_id",
)


def _legal_moves() -> str:
    moves = {
        f"'{source.value}>{target.value}'"
        for rule in STEPS.values()
        for source in rule.sources
        for target in targets(rule.step, source)
    }
    return ", ".join(sorted(moves))


Rule = tuple[str, str, str, str, str]  # name, table, event, condition or "", sentence; IS DISTINCT FROM is <=/=>


def first() -> list[Rule]:
    """Return the triggers that came with the tables."""
    changed = " OR ".join(f"NEW.{column} <=/=> OLD.{column}" for column in _FROZEN)
    bytes_changed = "NEW.content <=/=> OLD.content OR NEW.sha256 <=/=> OLD.sha256"
    return [
        ("audit_row_stays", "audit_row", "UPDATE", "", "audit rows are never changed"),
        ("audit_row_kept", "audit_row", "DELETE", "", "audit rows are never deleted"),
        ("audit_head_kept", "audit_head", "DELETE", "", "the audit head is never deleted"),
        ("letter_frozen", "letter", "UPDATE", f"OLD.number IS NOT NULL AND ({changed})", "a numbered letter is frozen"),
        ("letter_kept", "letter", "DELETE", "OLD.number IS NOT NULL", "a numbered letter is never deleted"),
        ("file_frozen", "file", "UPDATE", bytes_changed, "stored bytes never change"),
        ("event_stays", "case_event", "UPDATE", "", "history is never changed"),
        ("event_kept", "case_event", "DELETE", "", "history is never deleted"),
        (
            "case_moves_legally", "case", "UPDATE",
            f"NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({_legal_moves()})",
            "no step leads from the old state to the new one",
        ),
    ]  # fmt: skip


def of_templates() -> list[Rule]:
    """Return the triggers that came with the letter templates."""
    changed = " OR ".join(f"NEW.{column} <=/=> OLD.{column}" for column in ("content", "number", "template_id"))
    text_stays = ("template_text_stays", "letter_template_version", "UPDATE", f"OLD.state <> 'draft' AND ({changed})")
    other = "NEW.template_version_id <=/=> OLD.template_version_id"
    return [
        (*text_stays, "the text of a submitted template stays"),
        ("template_version_kept", "letter_template_version", "DELETE", "", "a version of a template is never deleted"),
        ("letter_keeps_template", "letter", "UPDATE", other, "a letter stays on the version it was made from"),
    ]


def of_sealed_scans() -> list[Rule]:
    """Return the triggers that came with the sealed scans."""
    return [
        ("sealed_stays", "sealed_scan", "UPDATE", "", "a sealed scan is never replaced"),
        ("sealed_kept", "sealed_scan", "DELETE", "", "a sealed scan is never deleted"),
    ]


def of_codes() -> list[Rule]:
    """Return the trigger that came with the codes by which letters are checked."""
    other = "OLD.number IS NOT NULL AND NEW.code <=/=> OLD.code"
    return [("letter_keeps_code", "letter", "UPDATE", other, "a numbered letter is frozen")]


def of_rounds() -> list[Rule]:
    """Return the triggers that came with the reporting rounds."""
    return [
        ("correction_stays", "report_correction", "UPDATE", "", "a correction is never changed"),
        ("correction_kept", "report_correction", "DELETE", "", "a correction is never deleted"),
        (
            "round_stays_frozen", "reporting_round", "UPDATE",
            "OLD.frozen_at IS NOT NULL AND NEW.frozen_at <=/=> OLD.frozen_at",
            "a frozen round stays frozen",
        ),
    ]  # fmt: skip


def of_rule_sets() -> list[Rule]:
    """Return the triggers that came with the rule sets."""
    changed = " OR ".join(f"NEW.{column} <=/=> OLD.{column}" for column in ("content", "number", "rule_set_id"))
    stays = ("rule_set_stays", "rule_set_version", "UPDATE", f"OLD.state <> 'draft' AND ({changed})")
    return [
        (*stays, "the rules of a submitted version stay"),
        ("rule_set_version_kept", "rule_set_version", "DELETE", "", "a version of a rule set is never deleted"),
    ]


def every() -> list[Rule]:
    """Return the triggers that must be in place."""
    return [*first(), *of_templates(), *of_sealed_scans(), *of_codes(), *of_rounds(), *of_rule_sets()]


def names() -> list[str]:
    """Return the names of the triggers that must be in place."""
    return [name for name, *_ in every()]


def create_statements(dialect: str, rules: Iterable[Rule]) -> list[str]:
    """Return the SQL that puts these triggers in place."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [statement for rule in rules for statement in make(*rule)]


def drop_statements(dialect: str, rules: Iterable[Rule]) -> list[str]:
    """Return the SQL that takes these triggers away."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name, *_ in rules]
    return [
        statement
        for name, table, *_ in rules
        for statement in (f'DROP TRIGGER IF EXISTS {name} ON "{table}"', f"DROP FUNCTION IF EXISTS {name}()")
    ]


def _sqlite(name: str, table: str, event: str, condition: str, sentence: str) -> list[str]:
    when = f"WHEN {condition.replace('<=/=>', 'IS NOT')} " if condition else ""
    return [f"CREATE TRIGGER {name} BEFORE {event} ON \"{table}\" {when}BEGIN SELECT RAISE(ABORT, '{sentence}'); END"]


def _postgresql(name: str, table: str, event: str, condition: str, sentence: str) -> list[str]:
    when = f"WHEN ({condition.replace('<=/=>', 'IS DISTINCT FROM')}) " if condition else ""
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" FOR EACH ROW {when}EXECUTE FUNCTION {name}()',
    ]
