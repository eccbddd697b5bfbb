"""Taking files in."""

import hashlib
import re
from datetime import datetime

from casework.audit.actions import Who
from casework.db import db
from casework.files.kinds import FileKind, kind_of
from casework.files.models import StoredFile

_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\"*:<>?|]+")


def store(content: bytes, name: str, media_type: str, *, by: Who, now: datetime) -> StoredFile:
    """Keep these bytes; who may take them is the caller's affair, what they are was checked by `files.kinds`."""
    row = file_of(content, name, media_type, by=by, now=now)
    db.session.add(row)
    db.session.flush()
    return row


def file_of(content: bytes, name: str, media_type: str, *, by: Who, now: datetime) -> StoredFile:
    """Return the row of these bytes, to be written together with the row that owns it."""
    return StoredFile(
        name=name[-200:],
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        stored_at=now,
        stored_by_id=by.audit_id,
    )


def store_upload(content: bytes, name: str, *, by: Who, now: datetime) -> StoredFile:
    """Keep a file that somebody sent, under a name that fits what it is; what is not an attachment is refused."""
    kind = kind_of(content)
    return store(content, fitting_name(name, kind), kind.media_type, by=by, now=now)


def fitting_name(name: str, kind: FileKind) -> str:
    """Return the name without folders and signs that mislead, ending as the kind of its content asks."""
    plain = _NOT_IN_NAMES.sub("", re.split(r"[/\\]", name)[-1]).strip(" .")
    stem, _dot, suffix = plain.rpartition(".")
    stem, suffix = (stem, suffix.lower()) if stem else (plain, "")
    if suffix in kind.suffixes:
        return f"{stem[:180]}.{suffix}"
    return f"{plain[:180] or 'file'}.{kind.suffix}"
