"""Lines and texts as words in their places: how far below its top a line's baseline lies, where a text begins. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.letters.fonts import Face, LetterFonts
from casework.letters.marks import BLACK, Words
from casework.letters.typeset import BODY_SIZE, Line, Run, glyphs, runs_of, text_width


@dataclass(frozen=True)
class Pen:
    """Writes one line below the other; lengths are points."""

    fonts: LetterFonts
    pitch: float
    size: float = BODY_SIZE
    face: Face = Face.FANG

    def baseline(self, top: float) -> float:
        """Where the baseline lies of the line whose box begins at `top`."""
        return top + (self.pitch - self.size) / 2 + self.fonts.files[self.face].baseline * self.size / 1000

    def text(self, text: str, x: float, top: float, *, before: float = 0.0, colour: str = BLACK) -> list[Words]:
        """A text with so much of its width before x: nothing, half, or all."""
        return self.on(text, x, self.baseline(top), before=before, colour=colour)

    def on(self, text: str, x: float, y: float, *, before: float = 0.0, colour: str = BLACK) -> list[Words]:
        """The same on the baseline y."""
        content = glyphs(text, self.face, self.size, self.fonts)
        width = sum(glyph.width for glyph in content) if before else 0.0
        return self._runs(runs_of(content), x - before * width, y, colour=colour)

    def texts(self, texts: Sequence[str], x: float, top: float, *, before: float = 0.0) -> list[Words]:
        """Texts one below the other."""
        return [
            words for n, text in enumerate(texts) for words in self.text(text, x, top + n * self.pitch, before=before)
        ]

    def lines(self, lines: Sequence[Line], x: float, top: float, *, before: float = 0.0) -> list[Words]:
        """Lines that were set, one below the other, each with so much of its width before x."""
        y = self.baseline(top)
        return [
            words
            for n, line in enumerate(lines)
            for words in self._runs(
                line.runs, x + line.left - before * line.width, y + n * self.pitch, spacing=line.spacing
            )
        ]

    def _runs(
        self, runs: Sequence[Run], x: float, y: float, *, spacing: float = 0.0, colour: str = BLACK
    ) -> list[Words]:
        """Runs one after the other."""
        written = []
        for run in runs:
            written.append(Words(x, y, run.text, run.face, self.size, spacing, colour))
            if len(runs) > 1:
                x += text_width(run.text, run.face, self.size, self.fonts) + spacing * len(run.text)
        return written
