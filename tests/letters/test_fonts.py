"""Fonts: which hand has a character, and what is said when none has it."""

from pathlib import Path

import pytest

from casework.letters.fonts import FILES, Face, letter_fonts
from casework.rules.errors import RuleError


@pytest.mark.parametrize(
    ("char", "face"),
    [("碳", Face.FANG), ("8", Face.FANG), ("喆", Face.RARE), ("㎡", Face.RARE), ("₂", Face.INDEX), ("₃", Face.INDEX)],
)
def test_a_rarer_character_comes_from_the_font_that_has_it(fonts, char, face):
    assert fonts.face_for(char, Face.FANG) is face
    assert fonts.advance(char, face) > 0


@pytest.mark.parametrize(("char", "code"), [("😀", "U+1F600"), ("\n", "U+000A"), ("\u200b", "U+200B"), ("א", "U+05D0")])
def test_a_character_that_no_font_has_is_named(fonts, char, code):
    with pytest.raises(RuleError) as refused:
        fonts.face_for(char, Face.FANG)
    assert code in str(refused.value)


def test_a_missing_font_is_named_with_its_folder(fonts_folder, tmp_path):
    for face, name in FILES.items():
        if face not in (Face.KAI, Face.RARE, Face.INDEX):
            (tmp_path / name).symlink_to(fonts_folder / name)
    with pytest.raises(RuleError) as refused:
        letter_fonts(tmp_path)
    assert "FandolKai-Regular.otf" in str(refused.value)
    assert str(tmp_path) in str(refused.value)


def test_a_file_that_is_no_font_is_named(fonts_folder, tmp_path):
    for name in FILES.values():
        (tmp_path / name).symlink_to(fonts_folder / name)
    (tmp_path / FILES[Face.HEI]).unlink()
    Path(tmp_path / FILES[Face.HEI]).write_bytes(b"no font")
    with pytest.raises(RuleError, match=r"FandolHei-Regular\.otf cannot be read"):
        letter_fonts(tmp_path).face_for("碳", Face.HEI)
