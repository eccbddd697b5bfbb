"""The letter's fonts: where they lie, which characters they have and how wide these are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from unicodedata import category

import uharfbuzz as hb

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
    """One font, read where it lies as it is asked; widths and heights are thousandths of its size."""

    path: Path
    family: str | None = None  # which font of a collection

    @cached_property
    def face(self) -> hb.Face:
        """The font's tables."""
        try:
            blob = hb.Blob.from_file_path(str(self.path))
        except hb.HarfBuzzError:
            raise self._unreadable() from None
        fonts = (hb.Face(blob, n) for n in range(hb.Face(blob).count))
        wanted = (one for one in fonts if self.family in (None, one.get_name(hb.OTNameIdPredefined.FONT_FAMILY)))
        found = next(wanted, None)
        if found is None or found.glyph_count == 0:
            raise self._unreadable()
        return found

    def _unreadable(self) -> RuleError:
        return RuleError(N_("The letter font %(name)s cannot be read."), name=str(self.path))

    @cached_property
    def _font(self) -> hb.Font:
        return hb.Font(self.face)

    @property
    def name(self) -> str:
        """Its PostScript name."""
        return str(self.face.get_name(hb.OTNameIdPredefined.POSTSCRIPT_NAME) or self.path.stem)

    @property
    def _scale(self) -> float:
        return 1000 / int(self.face.upem)

    def glyph(self, char: str) -> int | None:
        """The glyph of a character; None where the font has none."""
        glyph: int | None = self._font.get_nominal_glyph(ord(char))
        return glyph

    def advance(self, glyph: int) -> float:
        """Width of a glyph."""
        return int(self._font.get_glyph_h_advance(glyph)) * self._scale

    @cached_property
    def heights(self) -> tuple[float, float]:
        """How far the font reaches above and, a negative figure, below its baseline."""
        reach = self._font.get_font_extents("ltr")
        return reach.ascender * self._scale, reach.descender * self._scale

    @cached_property
    def baseline(self) -> float:
        """Depth of the baseline below the top of a line that is as high as the font's size."""
        ascent, descent = self.heights
        return (1000 - (ascent - descent)) / 2 + ascent

    def ink(self, text: str) -> tuple[float, float]:
        """Lowest and highest ink of a text, above the baseline."""
        boxes = [self._font.get_glyph_extents(self.glyph(char) or 0) for char in text]
        low = min((box.y_bearing + box.height for box in boxes if box), default=0)
        high = max((box.y_bearing for box in boxes if box), default=0)
        return min(0, low) * self._scale, max(0, high) * self._scale


@dataclass(frozen=True, eq=False)
class LetterFonts:
    """All hands; a missing file is an error, never a silent substitute."""

    files: Mapping[Face, FontFile]

    def face_for(self, char: str, face: Face) -> Face:
        """The hand itself where it has the character, else the one that does; RuleError where none has it."""
        printable = category(char) not in _UNPRINTABLE
        for hand in (face, Face.RARE, Face.INDEX) if printable else ():
            if self.files[hand].glyph(char) is not None and (hand is not Face.INDEX or char in _INDICES):
                return hand
        shown = char if printable else ""
        raise RuleError(
            N_("No letter font has the character %(char)s (%(code)s)."), char=shown, code=f"U+{ord(char):04X}"
        )

    def advance(self, char: str, face: Face) -> float:
        """Width of a character in thousandths of the size."""
        return self.files[face].advance(self.files[face].glyph(char) or 0)


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
