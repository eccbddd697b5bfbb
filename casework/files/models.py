"""The one table of bytes: attachments, scans, workbooks and PDFs."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Model, Moment


class StoredFile(Model):
    """A file as it came or was made; never changed afterwards. `content` is only loaded when asked for."""

    __tablename__ = "file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    stored_at: Mapped[datetime] = mapped_column(Moment)
    stored_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
