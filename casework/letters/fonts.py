"""The letter's fonts: where they lie, which characters they have and how wide these are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from unicodedata import category

from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from casework.rules.errors import RuleError
from casework.rules.words import N_
from config import FontChoice


class Face(StrEnum):
    """A hand of the standard; `rare` and `index` are where a character missing in the others is taken from."""

    FANG = "fang"  # 仿宋, the body
    KAI = "kai"  # 楷体
    HEI = "hei"  # 黑体
    SONG = "song"  # 宋体, page numbers
    TITLE = "title"  # 小标宋
    RARE = "rare"
    INDEX = "index"  # the small figures of CO₂, which neither has


FILES = {
    Face.FANG: "FandolFang-Regular.otf",
    Face.KAI: "FandolKai-Regular.otf",
    Face.HEI: "FandolHei-Regular.otf",
    Face.SONG: "FandolSong-Regular.otf",
    Face.TITLE: "FandolSong-Bold.otf",
    Face.RARE: "NotoSerifCJK-Regular.ttc",
    Face.INDEX: "DejaVuSerif.ttf",
}
RARE_FAMILY = "Noto Serif CJK SC"
# Where Debian's fonts-noto-cjk and fonts-dejavu-core lie.
SYSTEM_FOLDERS = {
    Face.RARE: Path("/usr/share/fonts/opentype/noto"),
    Face.INDEX: Path("/usr/share/fonts/truetype/dejavu"),
}
_INDICES = frozenset(map(chr, range(0x2070, 0x209D)))
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class FontFile:
    """One font: advance widths and heights in thousandths of its size."""

    path: Path
    family: str | None = None  # which font of a collection

    @contextmanager
    def _opened(self) -> Iterator[TTFont]:
        """The font for as long as something is read from it; what is kept are figures alone."""
        try:
            with self.path.open("rb") as file:
                if self.family is None:
                    yield TTFont(file, lazy=True)
                else:
                    fonts = TTCollection(file, lazy=True).fonts
                    yield next(font for font in fonts if font["name"].getDebugName(1) == self.family)
        except (OSError, TTLibError, StopIteration) as error:
            raise RuleError(N_("The letter font %(name)s cannot be read."), name=str(self.path)) from error

    @cached_property
    def advances(self) -> Mapping[str, float]:
        """Advance width of each character that the font has."""
        with self._opened() as font:
            metrics, scale = font["hmtx"].metrics, 1000 / int(font["head"].unitsPerEm)
            return {chr(code): metrics[name][0] * scale for code, name in font.getBestCmap().items()}

    @cached_property
    def baseline(self) -> float:
        """Depth of the baseline below the top of a line that is as high as the font's size."""
        with self._opened() as font:
            head, scale = font["hhea"], 1000 / int(font["head"].unitsPerEm)
            ascent, descent = float(head.ascent) * scale, float(head.descent) * scale
        return (1000 - (ascent - descent)) / 2 + ascent

    @lru_cache(maxsize=16)  # noqa: B019  fonts live as long as the process
    def ink(self, text: str) -> tuple[float, float]:
        """Lowest and highest ink of a text, above the baseline."""
        with self._opened() as font:
            drawn, names, scale = font.getGlyphSet(), font.getBestCmap(), 1000 / int(font["head"].unitsPerEm)
            lows, highs = [0.0], [0.0]
            for char in text:
                pen = BoundsPen(drawn)
                drawn[names[ord(char)]].draw(pen)
                if pen.bounds:
                    lows.append(pen.bounds[1] * scale)
                    highs.append(pen.bounds[3] * scale)
        return min(lows), max(highs)


@dataclass(frozen=True)
class LetterFonts:
    """All hands; a missing file is an error, never a silent substitute."""

    files: Mapping[Face, FontFile]

    def face_for(self, char: str, face: Face) -> Face:
        """The hand itself where it has the character, else the one that does; RuleError where none has it."""
        printable = category(char) not in _UNPRINTABLE
        for hand in (face, Face.RARE, Face.INDEX) if printable else ():
            if char in self.files[hand].advances and (hand is not Face.INDEX or char in _INDICES):
                return hand
        shown = char if printable else ""
        raise RuleError(
            N_("No letter font has the character %(char)s (%(code)s)."), char=shown, code=f"U+{ord(char):04X}"
        )

    def advance(self, char: str, face: Face) -> float:
        """Width of a character in thousandths of the size."""
        return self.files[face].advances[char]


@lru_cache(maxsize=4)
def letter_fonts(choice: FontChoice) -> LetterFonts:
    """The chosen fonts, read once; RuleError names one that is missing."""
    named = dict(choice.named)
    return LetterFonts({face: _font_file(choice.folder, face, named.get(face)) for face in Face})


def _font_file(folder: Path, face: Face, own: str | None) -> FontFile:
    """The office's own file where it names one; else ours, the last two also from where the system keeps them."""
    if own is not None:
        return FontFile(_found(own, folder))
    family = RARE_FAMILY if face is Face.RARE else None
    return FontFile(_found(FILES[face], folder, SYSTEM_FOLDERS.get(face, folder)), family)


def _found(name: str, *folders: Path) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return (folder / name).resolve()
    raise RuleError(N_("The letter font %(name)s is missing in %(folder)s."), name=name, folder=str(folders[0]))
