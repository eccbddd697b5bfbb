"""The ZIP itself: written so that the same papers give the same bytes, and checked down to the last one.

Nothing is compressed (PDFs and pictures are already), so that no library's version shows in the bytes.
"""

import hashlib
import json
import re
import struct
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from casework.rules.errors import RuleError
from casework.rules.words import N_

HASHES = "SHA-256.txt"
METADATA = "元数据.json"
FORMAT = "casework-archive-1"
CHUNK = 1 << 20
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
# What Python's zipfile raises on a file that is damaged one way or another.
_DAMAGED = (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, struct.error)
_Times = tuple[int, int, int, int, int, int]


@dataclass(frozen=True)
class Member:
    """A file of the package: when its record was made, its hash, and its bytes when they are asked for."""

    name: str
    at: datetime
    sha256: str
    load: Callable[[], bytes]


def member(name: str, at: datetime, content: bytes) -> Member:
    """A member whose bytes are at hand."""
    return Member(name, at, hashlib.sha256(content).hexdigest(), lambda: content)


def zip_time(at: datetime) -> _Times:
    """The moment as a ZIP tells it: Beijing time, in steps of two seconds."""
    local = at.astimezone(_SHANGHAI)
    return (max(local.year, 1980), local.month, local.day, local.hour, local.minute, local.second // 2 * 2)


def hash_list(hashes: Mapping[str, str]) -> bytes:
    """The list as `sha256sum -c` reads it, sorted by name."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()


def metadata_json(metadata: Mapping[str, Any]) -> bytes:
    """The metadata as a file: readable, and the same for the same values."""
    return (json.dumps(metadata, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def write_package(papers: Iterable[Member], metadata: Mapping[str, Any], out: IO[bytes]) -> None:
    """Write papers, metadata (which tell each paper's time) and hashes; refuse bytes that do not fit their hash."""
    papers = sorted(papers, key=lambda one: one.name)
    last = max(one.at for one in papers)
    files = [{"name": one.name, "at": list(zip_time(one.at)), "sha256": one.sha256} for one in papers]
    described = member(METADATA, last, metadata_json({**metadata, "format": FORMAT, "files": files}))
    listed = member(HASHES, last, hash_list({one.name: one.sha256 for one in (*papers, described)}))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for one in sorted((*papers, described, listed), key=lambda one: one.name):
            content = one.load()
            if hashlib.sha256(content).hexdigest() != one.sha256:
                raise RuleError(N_("The bytes of %(name)s are not those that were stored."), name=one.name)
            archive.writestr(_info(one.name, zip_time(one.at)), content)


def _info(name: str, at: _Times) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, at)
    info.create_system, info.external_attr = 3, 0o100644 << 16
    return info


def verify(file: IO[bytes]) -> dict[str, Any]:
    """Check a package by itself and return its metadata; the RuleError tells the first fault."""
    try:
        with zipfile.ZipFile(file) as archive:
            found = _hashes_of(archive)
            _check_list(archive.read(HASHES).decode("utf-8", "replace"), found)
            metadata = _metadata(archive.read(METADATA))
            _check_letters(metadata, found)
            _check_files(metadata, found, archive)
            _check_bytes(file, archive)
            return metadata
    except _DAMAGED:
        raise RuleError(N_("This is no whole ZIP file.")) from None


def _hashes_of(archive: zipfile.ZipFile) -> dict[str, str]:
    doubled = [name for name, times in Counter(archive.namelist()).items() if times > 1]
    if doubled:
        raise RuleError(N_("%(name)s is there twice."), name=doubled[0])
    for name in (HASHES, METADATA):
        if name not in archive.namelist():
            raise RuleError(N_("%(name)s is missing."), name=name)
    return {info.filename: _hash_of(archive, info) for info in archive.infolist()}


def _hash_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    changed = RuleError(N_("%(name)s was changed."), name=info.filename)
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
        raise changed
    try:
        with archive.open(info) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except _DAMAGED:
        raise changed from None


def _check_list(text: str, found: Mapping[str, str]) -> None:
    listed = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise RuleError(N_("%(name)s was changed."), name=HASHES)
        listed[match[2]] = match[1]
    for name in sorted(listed):
        if name not in found:
            raise RuleError(N_("%(name)s is missing."), name=name)
    for name in sorted(found.keys() - {HASHES}):
        if name not in listed:
            raise RuleError(N_("%(name)s does not belong to the package."), name=name)
        if found[name] != listed[name]:
            raise RuleError(N_("%(name)s was changed."), name=name)
    if text.encode() != hash_list(listed):
        raise RuleError(N_("%(name)s was changed."), name=HASHES)


def _metadata(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
        if found["format"] == FORMAT and all(isinstance(one, dict) for one in (*found["letters"], *found["files"])):
            return dict(found)
    except (ValueError, KeyError, TypeError):
        pass
    raise RuleError(N_("%(name)s is not what this program writes."), name=METADATA)


def _check_letters(metadata: Mapping[str, Any], found: Mapping[str, str]) -> None:
    for letter in metadata["letters"]:
        if found.get(letter.get("pdf")) != letter.get("sha256"):
            raise RuleError(
                N_("The PDF of %(number)s is not the one that was registered."), number=letter.get("number")
            )


def _check_files(metadata: Mapping[str, Any], found: Mapping[str, str], archive: zipfile.ZipFile) -> None:
    told = {one.get("name"): one for one in metadata["files"]}
    for name in sorted(found.keys() - {HASHES, METADATA}):
        one = told.get(name)
        if one is None or one.get("sha256") != found[name] or one.get("at") != list(archive.getinfo(name).date_time):
            raise RuleError(N_("%(name)s is not as the metadata tell."), name=name)


def _check_bytes(file: IO[bytes], archive: zipfile.ZipFile) -> None:
    """Write the package anew and compare: nothing may stand before, between or behind the members."""
    with tempfile.TemporaryFile() as anew:
        with zipfile.ZipFile(anew, "w", zipfile.ZIP_STORED) as again:
            for info in sorted(archive.infolist(), key=lambda one: one.filename):
                again.writestr(_info(info.filename, info.date_time), archive.read(info))
        anew.seek(0)
        file.seek(0)
        while chunk := anew.read(CHUNK):
            if file.read(CHUNK) != chunk:
                break
        else:
            if not file.read(1):
                return
    raise RuleError(N_("The file holds bytes that belong to none of its members."))
