"""Settings that the administrator changes; what is not set has the default of its declaration."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Json, Model, Versioned


class Setting(Versioned, Model):
    """One setting that differs, or once differed, from its default."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json, nullable=True)
