"""A package ready to be written: of a letter or of a case, always in Chinese, whoever asks for it."""

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any

from flask_babel import force_locale

from casework.archive.case_papers import add_case
from casework.archive.contents import NAME, contents_pdf
from casework.archive.letter_papers import add_letter
from casework.archive.names import safe_name, visible
from casework.archive.package import CHUNK, member, metadata_json, write_package
from casework.archive.papers import Paper, Papers
from casework.cases.models import Case
from casework.letters.models import Letter
from casework.settings.queries import setting
from config import FontChoice

CHINESE = "zh_Hans_CN"
KEPT_IN_MEMORY = 8 * CHUNK


@dataclass(frozen=True)
class Dossier:
    """What goes into the package: papers in the order of the table of contents, and the metadata."""

    kind: str  # letter or case
    id: int
    name: str
    about: str
    organ: str
    papers: tuple[Paper, ...]
    metadata: dict[str, Any]

    @property
    def short(self) -> str:
        """What it is about in a few words: the document number or the unit."""
        return self.about.partition("　")[0]

    @property
    def size(self) -> int:
        """Bytes of all papers together."""
        return sum(paper.size for paper in self.papers)

    @property
    def digest(self) -> str:
        """What tells whether the records are still those of a package that was made before."""
        told = {**self.metadata, "papers": [(paper.path, paper.sha256) for paper in self.papers]}
        return hashlib.sha256(metadata_json(told)).hexdigest()


def dossier_of(row: Letter | Case) -> Dossier:
    """Gather everything of a letter or a case; RuleError where the letter has no number yet."""
    if isinstance(row, Letter):
        about = f"{row.document_number}　{row.title}"
        return _gathered("letter", row.id, about, lambda papers: {"letters": [add_letter(papers, row)]})
    about = f"{row.enterprise.name}　{row.cycle.label}履约周期案卷"
    return _gathered("case", row.id, about, lambda papers: add_case(papers, row))


def _gathered(kind: str, row_id: int, about: str, add: Callable[[Papers], dict[str, Any]]) -> Dossier:
    papers = Papers()
    with force_locale(CHINESE):
        metadata = add(papers) | {"kind": kind}
    name = safe_name(f"{about.replace('　', ' ')}.zip")
    return Dossier(kind, row_id, name, visible(about), setting("organ"), tuple(papers.found), metadata)


def write_dossier(dossier: Dossier, out: IO[bytes], *, fonts: FontChoice) -> None:
    """Write the package with its table of contents; the same records give the same bytes."""
    listed = contents_pdf(dossier.about, dossier.organ, dossier.papers, fonts=fonts)
    last = max(paper.at for paper in dossier.papers)
    members = [member(NAME, last, listed), *(paper.member for paper in dossier.papers)]
    write_package(members, dossier.metadata, out)


def written(dossier: Dossier, *, fonts: FontChoice) -> tuple[IO[bytes], str]:
    """The package in a file of its own that vanishes when it is closed, at its beginning, and its SHA-256."""
    with ExitStack() as on_failure:
        file = on_failure.enter_context(tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY))
        write_dossier(dossier, file, fonts=fonts)
        file.seek(0)
        digest = hashlib.sha256()
        while chunk := file.read(CHUNK):
            digest.update(chunk)
        file.seek(0)
        on_failure.pop_all()
        return file, digest.hexdigest()
