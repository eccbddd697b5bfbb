"""Measure what a letter costs, beside the same letter through LibreOffice and Typst, which `make bench` installs.

    python -m tools.bench_letters

On one core, elapsed seconds and seconds of processor time; what is compared is processor time, measured in turns, so
that whatever else the machine does weighs on all alike. LibreOffice makes the same PDF/A-3 and is measured at the
margin: a batch of 25 less a batch of 5, over 20. Typst compiles letters that differ, so that no result comes from a
cache; its fonts are loaded before, as ours are.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from casework.letters.batch import Listed, bound
from casework.letters.papers import render_paper
from casework.letters.pdf import render
from casework.rules.letter_facts import LetterFacts
from config import Settings
from tests.letters.samples import WORK_TWO_PAGES
from tools.bench_rivals import typst_source, write_docx

FONTS = Settings.from_env().fonts
WARM, FEW, MANY, TURNS, BATCH = 20, 5, 25, 3, 200
_COLD = (
    "from casework.letters.pdf import render; from tests.letters.samples import WORK_TWO_PAGES as L;"
    "from config import Settings; render(L, fonts=Settings.from_env().fonts)"
)
_PDF = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"3"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"}}'
)
_TYPST = """
import sys, time
from pathlib import Path
from statistics import median
import typst
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[sys.argv[1]])
elapsed, used = [], []
for path in sorted(Path(sys.argv[2]).glob("*.typ")):
    wall, cpu = time.perf_counter(), time.process_time()
    compiler = typst.Compiler(path.read_bytes(), font_paths=fonts)
    compiler.compile(format="pdf", pdf_standards="a-3a", timestamp=1_800_000_000)
    elapsed.append(time.perf_counter() - wall)
    used.append(time.process_time() - cpu)
print(median(elapsed), median(used))
"""


class Spent(NamedTuple):
    """Seconds elapsed, and of processor time."""

    wall: float
    cpu: float


def letters(count: int) -> Iterator[LetterFacts]:
    """The letter of two pages so many times, each with a number and a sentence of its own."""
    for n in range(1, count + 1):
        last = f"{WORK_TWO_PAGES.body[-1]}第{n}号台账另附。"
        yield replace(WORK_TWO_PAGES, number=f"宁环函〔2026〕{n}号", body=(*WORK_TWO_PAGES.body[:-1], last))


def warm() -> Spent:
    """A letter in a process that has printed one."""
    render(WORK_TWO_PAGES, fonts=FONTS)
    return _median([_timed(lambda facts=facts: render(facts, fonts=FONTS)) for facts in letters(WARM)])  # type: ignore[misc]


def _median(taken: Sequence[Spent]) -> Spent:
    return Spent(statistics.median(one.wall for one in taken), statistics.median(one.cpu for one in taken))


def _timed(deed: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    deed()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def command(*words: str, **environment: str) -> Spent:
    """A command and its children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, check=True, capture_output=True, env={**os.environ, **environment})
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def libreoffice(scratch: Path) -> Callable[[], Spent]:
    """Return what measures one more letter in a batch."""
    program = shutil.which("soffice") or sys.exit("LibreOffice is not installed: see `python -m tools.setup --bench`")
    (scratch / ".fonts").symlink_to(FONTS.folder)
    paths = [scratch / f"{n:03}.docx" for n in range(MANY)]
    for path, facts in zip(paths, letters(MANY), strict=True):
        write_docx(facts, path)

    def converted(count: int) -> Spent:
        names = map(str, paths[:count])
        return command(program, "--headless", "--convert-to", _PDF, "--outdir", str(scratch / "out"), *names, HOME=home)

    def measured() -> Spent:
        few, many = converted(FEW), converted(MANY)
        return Spent((many.wall - few.wall) / (MANY - FEW), (many.cpu - few.cpu) / (MANY - FEW))

    home = str(scratch)
    converted(1)  # makes the profile
    return measured


def typst(scratch: Path) -> Callable[[], Spent]:
    """Return what measures a letter, none of it from a cache."""
    for n, facts in enumerate(letters(WARM)):
        (scratch / f"{n:03}.typ").write_text(typst_source(facts), "utf-8")
    words = [sys.executable, "-c", _TYPST, str(FONTS.folder), str(scratch)]

    def measured() -> Spent:
        ran = subprocess.run(words, check=True, capture_output=True, text=True)
        return Spent(*map(float, ran.stdout.split()))

    return measured


def batch() -> tuple[float, float]:
    """Print so many letters into one PDF; return seconds and the most memory above an idle process, in MB."""
    render(WORK_TWO_PAGES, fonts=FONTS)
    idle, start = _memory("VmRSS"), time.perf_counter()
    bound(
        ((Listed(facts.number or "", facts.title, facts.addressee), _bytes(facts)) for facts in letters(BATCH)), _cover
    )
    return time.perf_counter() - start, _memory("VmHWM") - idle


def _bytes(facts: LetterFacts) -> bytes:
    return render(facts, fonts=FONTS)


def _cover(rows: Sequence[Listed]) -> bytes:
    told = {"rows": rows, "sheets": len(rows), "printed_by": "make bench", "printed_on": "2026年11月22日"}
    return render_paper("cover", told, fonts=FONTS)


def _memory(name: str) -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(f"{name}:")) / 1024


def show(name: str, spent: Spent, beside: str = "") -> None:
    """Print one line of the table."""
    print(f"  {name:<34}{spent.wall:9.3f}{spent.cpu:11.3f}   {beside}".rstrip())


def main() -> int:
    """Measure, and print each figure beside its target."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="casework-bench-") as name:
        makers = (warm, libreoffice(Path(name)), typst(Path(name)))
        turns = [[measured() for measured in makers] for _ in range(TURNS)]
    ours, office, rival = (_median(taken) for taken in zip(*turns, strict=True))
    print(f"\n{'A letter of two pages on one core':<36}elapsed  processor")
    show("warm", ours)
    show("in a process started for it", command(sys.executable, "-c", _COLD), "nearly all of it to start the program")
    show("LibreOffice, one more of a batch", office, f"{office.cpu / ours.cpu:.2f} x ours (target 2, aim 3)")
    show("Typst, uncached", rival, f"ours takes {ours.cpu / rival.cpu:.2f} x (target 3, aim 2)")
    seconds, above = batch()
    print(f"  {f'{BATCH} letters as one PDF':<34}{seconds:9.1f} s, {above:.0f} MB above idle (target 400)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
