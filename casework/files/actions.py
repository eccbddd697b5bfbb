"""Taking files in."""

import hashlib
from datetime import datetime

from casework.audit.actions import Who
from casework.db import db
from casework.files.models import StoredFile


def store(content: bytes, name: str, media_type: str, *, by: Who, now: datetime) -> StoredFile:
    """Keep these bytes; who may take them is the caller's affair, what they are was checked by `files.kinds`."""
    row = StoredFile(
        name=name[-200:],
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        stored_at=now,
        stored_by_id=by.audit_id,
    )
    db.session.add(row)
    db.session.flush()
    return row
