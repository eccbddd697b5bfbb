"""Fonts: which hand has a character, and what is said when none has it."""

from pathlib import Path

import pytest

from casework.letters.fonts import FILES, Face, letter_fonts
from casework.rules.errors import RuleError
from config import HANDS, FontChoice, SettingError, Settings


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
            (tmp_path / name).symlink_to(fonts_folder.folder / name)
    with pytest.raises(RuleError) as refused:
        letter_fonts(FontChoice(tmp_path))
    assert "FandolKai-Regular.otf" in str(refused.value)
    assert str(tmp_path) in str(refused.value)


def test_a_file_that_is_no_font_is_named(fonts_folder, tmp_path):
    for name in FILES.values():
        (tmp_path / name).symlink_to(fonts_folder.folder / name)
    (tmp_path / FILES[Face.HEI]).unlink()
    Path(tmp_path / FILES[Face.HEI]).write_bytes(b"no font")
    with pytest.raises(RuleError, match=r"FandolHei-Regular\.otf cannot be read"):
        letter_fonts(FontChoice(tmp_path)).face_for("碳", Face.HEI)


def test_an_office_may_name_its_own_font_for_a_hand(fonts_folder, tmp_path):
    (tmp_path / "title.otf").symlink_to(fonts_folder.folder / FILES[Face.HEI])
    own = letter_fonts(FontChoice(fonts_folder.folder, (("song", FILES[Face.KAI]), ("title", f"{tmp_path}/title.otf"))))
    assert own.files[Face.TITLE].path == (fonts_folder.folder / FILES[Face.HEI]).resolve()
    assert own.files[Face.SONG].path.name == FILES[Face.KAI]
    assert own.files[Face.FANG].path.name == FILES[Face.FANG]


def test_an_own_font_that_is_missing_is_named_and_not_replaced_by_ours(fonts_folder):
    with pytest.raises(RuleError, match=r"FZXBS\.ttf is missing in .*fonts"):
        letter_fonts(FontChoice(fonts_folder.folder, (("title", "FZXBS.ttf"),)))


def test_own_fonts_are_read_from_the_environment_and_an_unknown_hand_is_refused():
    env = {"CASEWORK_FONTS": "/srv/fonts", "CASEWORK_FONT_FILES": "title=FZXBS.ttf, fang = FZFS.ttf"}
    assert Settings.from_env(env | {"CASEWORK_SECRET": "7c0f" * 5 + "91d2ab3e58c4"}).fonts == FontChoice(
        Path("/srv/fonts"), (("fang", "FZFS.ttf"), ("title", "FZXBS.ttf"))
    )
    for text in ("li=FZLS.ttf", "title", "title="):
        with pytest.raises(SettingError, match="CASEWORK_FONT_FILES"):
            Settings.from_env({"CASEWORK_FONT_FILES": text})
    assert set(HANDS) == set(Face) - {Face.RARE, Face.INDEX}
