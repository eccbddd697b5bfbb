"""The ZIP of a package: the same papers give the same bytes, and every change of it is found."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.archive.names import MOST, Names, safe_name
from casework.archive.package import HASHES, METADATA, member, verify, write_package
from casework.rules.errors import RuleError

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PDF = "01 正文/宁环函〔2026〕3号.pdf"
PAPERS = {PDF: b"%PDF-1.7 letter", "02 历次文稿/第1稿.txt": b"draft", "03 办理意见/办理意见.txt": b"agreed"}
LETTER = {"number": "宁环函〔2026〕3号", "pdf": PDF, "sha256": hashlib.sha256(PAPERS[PDF]).hexdigest()}
NAMES = sorted([*PAPERS, HASHES, METADATA])
MEMBERS = [member(name, AT + timedelta(hours=n), content) for n, (name, content) in enumerate(PAPERS.items())]


def packed(letter=None, members=MEMBERS):
    out = io.BytesIO()
    write_package(members, {"kind": "letter", "letters": [LETTER | (letter or {})]}, out)
    return out.getvalue()


def rebuilt(content, change):
    """The same package with its members {name: bytes} changed, everything else as the program writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        infos = {info.filename: info for info in old.infolist()}
        members = {name: old.read(name) for name in infos}
        change(members)
        for name, content in sorted(members.items()):
            info = zipfile.ZipInfo(name, infos[name].date_time if name in infos else (2026, 11, 22, 10, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            new.writestr(info, content)
    return out.getvalue()


def fault(content):
    with pytest.raises(RuleError) as found:
        verify(io.BytesIO(content))
    return str(found.value.message % found.value.params if found.value.params else found.value.message)


def test_a_package_is_whole_and_the_same_each_time_in_whatever_order_its_papers_come():
    content = packed()
    assert verify(io.BytesIO(content))["letters"] == [LETTER]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == NAMES
        assert archive.getinfo(PDF).date_time == (2026, 11, 22, 10, 0, 0)
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        assert f"{LETTER['sha256']}  {PDF}\n" in archive.read(HASHES).decode()
    assert packed(members=MEMBERS[::-1]) == content == rebuilt(content, lambda members: None)


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_member_is_found_and_named(name):
    changed = rebuilt(packed(), lambda members: members.update({name: members[name] + b"x"}))
    assert name in fault(changed)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_member_is_found_and_named(name):
    assert fault(rebuilt(packed(), lambda members: members.pop(name))) == f"{name} is missing."


@pytest.mark.parametrize("name", ["04 附件/x.txt", "x.txt", "01 正文/"])
def test_a_member_too_many_is_found_and_named(name):
    changed = rebuilt(packed(), lambda members: members.update({name: b""}))
    assert fault(changed) == f"{name} does not belong to the package."


def test_a_member_that_is_there_twice_is_found():
    out = io.BytesIO(packed())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(PDF, PAPERS[PDF])
    assert fault(out.getvalue()) == f"{PDF} is there twice."


@pytest.mark.parametrize("lie", [{"sha256": "0" * 64}, {"pdf": "elsewhere.pdf"}])
def test_a_letter_other_than_the_one_registered_is_found_though_list_and_metadata_fit(lie):
    assert fault(packed(lie)) == "The PDF of 宁环函〔2026〕3号 is not the one that was registered."


def test_a_hash_list_that_was_made_to_fit_does_not_hide_a_changed_letter():
    def change(members):
        members[PDF] = b"%PDF-1.7 other"
        hashes = {name: hashlib.sha256(members[name]).hexdigest() for name in members if name != HASHES}
        members[HASHES] = "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()

    assert fault(rebuilt(packed(), change)) == "The PDF of 宁环函〔2026〕3号 is not the one that was registered."


@pytest.mark.parametrize("place", ["before", "behind", "comment", "cut", "nothing", "text"])
def test_bytes_besides_the_members_are_found(place):
    content = packed()
    if place == "comment":
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a") as archive:
            archive.comment = b"note"
        content = out.getvalue()
    else:
        content = {
            "before": b"x" + content, "behind": content + b"x", "cut": content[:-30], "nothing": b"", "text": b"text"
        }[place]  # fmt: skip
    assert fault(content) in {
        "This is no whole ZIP file.", "The file holds bytes that belong to none of its members."
    }  # fmt: skip


def test_no_flipped_bit_goes_unnoticed():
    content = packed()
    for place in range(len(content)):
        with pytest.raises(RuleError):
            verify(io.BytesIO(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]))


def test_a_compressed_package_is_not_the_one_that_was_written():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "was changed" in fault(out.getvalue())


def test_stored_bytes_that_are_not_what_their_hash_says_are_not_packed():
    paper = member("a.txt", AT, b"kept")
    broken = type(paper)(paper.name, paper.at, paper.sha256, lambda: b"lost")
    with pytest.raises(RuleError, match="are not those that were stored"):
        write_package([broken], {"letters": []}, io.BytesIO())


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("报告.pdf", "报告.pdf"),
        ('a/b\\c:d*e?f"g<h>i|j.pdf', "a／b＼c：d＊e？f＂g＜h＞i｜j.pdf"),
        ("../../etc/passwd", "／..／etc／passwd"),
        ("CON", "CON_"),
        ("nul.txt", "nul_.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        (" 末尾有点. . ", "末尾有点"),
        ("\u202egpj.exe\x00", "gpj.exe"),
        ("", "文件"),
        (".pdf", "pdf"),
    ],
)
def test_a_name_is_such_as_windows_takes(typed, name):
    assert safe_name(typed) == name


@given(st.text(max_size=200))
def test_every_name_is_safe_and_not_too_long(text):
    name = safe_name(text)
    assert 0 < len(name) <= MOST
    assert not set(name) & set('\\/:*?"<>|\x00\n\r\t')
    assert name == name.strip(" .")
    assert safe_name(name) == name


def test_names_that_differ_in_case_alone_are_told_apart():
    names = Names()
    assert [names.free("附件/", one) for one in ("A.pdf", "a.pdf", "a.PDF", "B")] == [
        "附件/A.pdf", "附件/a (2).pdf", "附件/a (3).PDF", "附件/B",
    ]  # fmt: skip
