"""Keeps the Chinese message catalogue in step with the words in the code and the templates.

    python tools/catalogue.py            extract, bring messages.po up to date, compile messages.mo
    python tools/catalogue.py --compile  compile only
    python tools/catalogue.py --check    change nothing; status 1 and a list if a translation is missing or wrong

The result depends on the words alone (no dates, no line numbers, sorted), so that a second run changes nothing.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans_CN"
PO = ROOT / "casework" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"

# Refusals are translated by the one handler that shows them: their first argument is a msgid.
REFUSALS = ("RuleError", "NotAllowed", "Stale", "NotFound")
MARKS = ("_", "_l", "N_", "gettext", "lazy_gettext", *REFUSALS)
PLURALS = ("_n", "ngettext", "lazy_ngettext")
KEYWORDS = DEFAULT_KEYWORDS | dict.fromkeys(MARKS) | dict.fromkeys(PLURALS, (1, 2))

# Dates and tools' versions would make two runs differ.
VARIABLE_HEADERS = (
    "Project-Id-Version",
    "Report-Msgid-Bugs-To",
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Generated-By",
)
PARAMETER = re.compile(r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%[sd]")


@cache
def extract() -> Catalog:
    """Return the msgids that stand in the code and the templates now."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog(charset="utf-8")
    for _file, _line, msgid, _comments, context in extract_from_dir(ROOT, methods, options, keywords=KEYWORDS):
        if msgid and msgid != ("", ""):
            found.add(msgid, context=context)
    return found


def translated() -> Catalog:
    """Return the catalogue as it stands in the file, or an empty one."""
    if not PO.exists():
        return Catalog(locale=LOCALE, charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale=LOCALE)


def merged() -> Catalog:
    """Return today's msgids with the translations there are; what went is dropped, nothing is guessed."""
    known = translated()
    result = Catalog(locale=LOCALE, charset="utf-8", fuzzy=False)
    for message in extract():
        if message.id:
            old = known.get(message.id, message.context)
            flags = {flag for flag in old.flags if flag == "fuzzy"} if old else set()
            result.add(message.id, old.string if old else "", flags=flags, context=message.context)
    return result


def as_text(catalog: Catalog) -> bytes:
    """Return the catalogue as the bytes of a .po file, the same for the same words."""
    catalog.header_comment = "# Chinese words of Casework; kept by tools/catalogue.py."
    buffer = io.BytesIO()
    write_po(buffer, catalog, no_location=True, sort_output=True, width=120)
    lines = buffer.getvalue().decode().splitlines()
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}:' for name in VARIABLE_HEADERS))]
    return ("\n".join(kept).rstrip("\n") + "\n").encode()


def compile_mo(catalog: Catalog) -> None:
    """Write messages.mo beside messages.po."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def parameters(text: str) -> list[str]:
    """Return the placeholders of a text, sorted."""
    return sorted(match.group() for match in PARAMETER.finditer(text.replace("%%", "")))


def faults_of(message: Message) -> Iterator[str]:
    """Yield what is wrong with one message's translation."""
    first = message.id[-1] if isinstance(message.id, (list, tuple)) else message.id
    strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    for string in strings:
        if not string:
            yield f"missing: {first!r}"
        elif set(parameters(string)) != set(parameters(first)):
            yield f"parameters differ: {first!r} has {parameters(first)}, {string!r} has {parameters(string)}"
    if message.fuzzy:
        yield f"fuzzy, look at it and remove the mark: {first!r}"


def faults() -> list[str]:
    """Return what is wrong with the Chinese catalogue, one line each."""
    return [fault for message in merged() if message.id for fault in faults_of(message)]


def main() -> int:
    """Do what the command line asks; return the status."""
    parser = argparse.ArgumentParser(description="Keep the Chinese message catalogue in step with the code.")
    parser.add_argument("--check", action="store_true", help="change nothing, list what is missing or wrong")
    parser.add_argument("--compile", action="store_true", help="only compile messages.mo")
    asked = parser.parse_args()
    if asked.check:
        wrong = faults()
        print("\n".join(wrong) or "every message has its Chinese words")
        return 1 if wrong else 0
    if not asked.compile:
        text = as_text(merged())
        if not PO.exists() or PO.read_bytes() != text:
            PO.parent.mkdir(parents=True, exist_ok=True)
            PO.write_bytes(text)
    compile_mo(translated())
    missing = faults()
    if missing and not asked.compile:
        print(f"{len(missing)} messages of {PO.relative_to(ROOT)} need Chinese words (--check lists them)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
