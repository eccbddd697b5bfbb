"""The letter's fonts cut to the characters it uses, each of which can be copied out of the PDF as what it is."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import uharfbuzz as hb

from casework.letters.fonts import Face, FontFile, LetterFonts
from casework.letters.marks import Words

_DROPPED = "BASE DSIG GDEF GPOS GSUB JSTF MATH OS/2 VORG cmap gasp kern name post vhea vmtx"
# A character's number in the PDF is its glyph's number in the cut font, whatever the font itself counts by.
_FLAGS = hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.CFF_IDENTITY_CHARSET


@dataclass(frozen=True)
class Cut:
    """A font cut down, and how the text is written in it."""

    name: str
    face: Face
    font: FontFile  # that it is cut from
    glyphs: Mapping[str, int]  # of the whole font
    numbers: Mapping[str, int]  # of the same glyphs in this one
    codes: Mapping[int, str]  # for str.translate
    program: hb.Face


class Hands:
    """The cut fonts of one letter."""

    def __init__(self, words: Iterable[Words], fonts: LetterFonts) -> None:
        used: dict[Face, set[str]] = defaultdict(set)
        for one in words:
            used[one.face].update(one.text)
        self._cuts = {face: list(_cuts(face, used[face], fonts.files[face])) for face in sorted(used)}

    def __iter__(self) -> Iterator[Cut]:
        return (cut for cuts in self._cuts.values() for cut in cuts)

    def written(self, text: str, face: Face) -> Iterator[tuple[str, str]]:
        """The text as names of fonts with the codes of its characters, in hexadecimal figures."""
        cuts = self._cuts[face]
        if len(cuts) == 1:
            yield cuts[0].name, text.translate(cuts[0].codes)
            return
        for char in text:
            cut = next(one for one in cuts if char in one.glyphs)
            yield cut.name, cut.codes[ord(char)]


def _apart(chars: set[str], font: FontFile) -> list[dict[str, int]]:
    """The characters with their glyphs; those that share one with another go to a font of their own."""
    parts: list[dict[str, int]] = []
    taken: dict[int, int] = defaultdict(int)
    for char in sorted(chars):
        glyph = font.glyph(char) or 0
        if taken[glyph] == len(parts):
            parts.append({})
        parts[taken[glyph]][char] = glyph
        taken[glyph] += 1
    return parts


def _cuts(face: Face, chars: set[str], font: FontFile) -> Iterator[Cut]:
    for n, glyphs in enumerate(_apart(chars, font)):
        yield _cut(f"{face}{n}" if n else str(face), face, glyphs, font)


def _cut(name: str, face: Face, glyphs: Mapping[str, int], font: FontFile) -> Cut:
    wanted = hb.SubsetInput()
    wanted.flags = _FLAGS
    wanted.glyph_set.update(glyphs.values())
    wanted.drop_table_tag_set.update(int.from_bytes(tag.ljust(4).encode(), "big") for tag in _DROPPED.split())
    plan = hb.SubsetPlan(font.face, wanted)
    new = plan.old_to_new_glyph_mapping
    numbers = {char: new[glyph] for char, glyph in glyphs.items()}
    codes = {ord(char): f"{number:04x}" for char, number in numbers.items()}
    return Cut(name, face, font, glyphs, numbers, codes, plan.execute())
