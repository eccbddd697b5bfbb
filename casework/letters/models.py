"""Letters: text in versions, their way to the signature, number, frozen bytes, recipients."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Json, Model, Moment, Versioned, choice
from casework.files.models import StoredFile
from casework.letters.template_models import LetterTemplateVersion
from casework.rules.letters import AddresseeKind, LetterKind, LetterState, LetterStep
from casework.users.models import Account, Region


class Letter(Versioned, Model):
    """An official letter; it has a number if and only if it was registered, and its bytes never change after."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    state: Mapped[LetterState] = mapped_column(choice(LetterState), default=LetterState.DRAFT)
    template_version_id: Mapped[int] = mapped_column(sa.ForeignKey("letter_template_version.id"), index=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), index=True)
    addressee: Mapped[str] = mapped_column(sa.String(400))  # as printed; who gets it are the recipients
    addressee_kind: Mapped[AddresseeKind] = mapped_column(choice(AddresseeKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[Any] = mapped_column(Json, nullable=True)  # what is printed beside these: see letters/content.py
    text_version: Mapped[int] = mapped_column(default=1)
    reply_due: Mapped[date | None] = mapped_column(sa.Date)
    reply_from: Mapped[date | None] = mapped_column(sa.Date)  # from here so many working days; empty if it was chosen
    reply_days: Mapped[int | None] = mapped_column()
    reply_provisional: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    consent_day: Mapped[date | None] = mapped_column(sa.Date)
    consent_reference: Mapped[str] = mapped_column(sa.String(120), default="")
    drafter_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    drafted_at: Mapped[datetime] = mapped_column(Moment)
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    signer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    signed_on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    signing_day: Mapped[date | None] = mapped_column(sa.Date)
    signer_reason: Mapped[str] = mapped_column(sa.Text, default="")  # where a step is taken early, say
    prefix: Mapped[str | None] = mapped_column(sa.String(20))
    year: Mapped[int | None] = mapped_column()
    number: Mapped[int | None] = mapped_column()
    registered_at: Mapped[datetime | None] = mapped_column(Moment)
    registered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    facts: Mapped[Any] = mapped_column(Json, nullable=True)  # frozen at registration
    pdf_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    code: Mapped[str | None] = mapped_column(sa.String(16))  # by which anybody checks it; drawn at registration
    ended_at: Mapped[datetime | None] = mapped_column(Moment)  # voided or repealed
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    ended_reason: Mapped[str] = mapped_column(sa.Text, default="")

    template_version: Mapped[LetterTemplateVersion] = relationship()
    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    drafter: Mapped[Account] = relationship(foreign_keys=[drafter_id])
    reviewer: Mapped[Account | None] = relationship(foreign_keys=[reviewer_id])
    signer: Mapped[Account | None] = relationship(foreign_keys=[signer_id])
    signed_on_behalf_of: Mapped[Account | None] = relationship(foreign_keys=[signed_on_behalf_of_id])
    pdf: Mapped[StoredFile | None] = relationship()
    recipients: Mapped[list["Recipient"]] = relationship(
        back_populates="letter", order_by="Recipient.id", cascade="all, delete-orphan"
    )
    events: Mapped[list["LetterEvent"]] = relationship(order_by="LetterEvent.id")
    sealed: Mapped["SealedScan | None"] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("prefix", "year", "number"),
        sa.Index("uq_letter_code", "code", unique=True),
        sa.Index("ix_letter_sha256", "sha256"),
        sa.Index("ix_letter_state_kind", "state", "kind"),
        sa.CheckConstraint(
            "(state IN ('registered', 'voided', 'repealed')) = (number IS NOT NULL)", name="number_iff_registered"
        ),
        sa.CheckConstraint("number IS NULL OR (pdf_id IS NOT NULL AND sha256 IS NOT NULL)", name="numbered_has_pdf"),
    )

    @hybrid_property
    def document_number(self) -> str | None:
        """The number as printed: 宁环函〔2023〕12号."""
        return None if self.number is None else f"{self.prefix}〔{self.year}〕{self.number}号"

    @document_number.inplace.expression
    @classmethod
    def _document_number_in_sql(cls) -> sa.ColumnElement[str | None]:
        return cls.prefix + "〔" + sa.cast(cls.year, sa.String) + "〕" + sa.cast(cls.number, sa.String) + "号"


class LetterText(Model):
    """A version of the text as it was submitted; kept so that two can be compared."""

    __tablename__ = "letter_text"

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), primary_key=True)
    text_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[Any] = mapped_column(Json, nullable=True)
    kept_at: Mapped[datetime] = mapped_column(Moment)
    kept_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))


class LetterEvent(Model):
    """One step on a letter's way, with who, when and why."""

    __tablename__ = "letter_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    step: Mapped[LetterStep] = mapped_column(choice(LetterStep))
    from_state: Mapped[LetterState | None] = mapped_column(choice(LetterState))
    to_state: Mapped[LetterState] = mapped_column(choice(LetterState))
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    text_version: Mapped[int] = mapped_column(default=1)

    actor: Mapped[Account] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[Account | None] = relationship(foreign_keys=[on_behalf_of_id])


class Recipient(Versioned, Model):
    """One who gets the letter, chosen with the draft: dispatch, receipt and reply are facts of each recipient.

    For an enterprise the department records them. `judged` is derived: each case it answers for has a verdict.
    """

    __tablename__ = "recipient"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    region_id: Mapped[int] = mapped_column(sa.ForeignKey("region.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprise.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    reply_due: Mapped[date | None] = mapped_column(sa.Date, index=True)  # from registration
    dispatched_day: Mapped[date | None] = mapped_column(sa.Date)
    dispatched_way: Mapped[str] = mapped_column(sa.String(20), default="")
    dispatched_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    received_day: Mapped[date | None] = mapped_column(sa.Date)
    received_by: Mapped[str] = mapped_column(sa.String(60), default="")  # name, on paper perhaps not an account
    receipt_recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    receipt_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))
    replied_day: Mapped[date | None] = mapped_column(sa.Date)
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    reply_recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    judged: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    letter: Mapped[Letter] = relationship(back_populates="recipients")
    region: Mapped[Region] = relationship()
    returned: Mapped[list["ReturnedReply"]] = relationship(order_by="ReturnedReply.id")
    reply_files: Mapped[list["ReplyFile"]] = relationship(order_by="ReplyFile.id")  # of all replies

    __table_args__ = tuple(
        # What is not done yet: the few rows among all that ever were, which every page counts.
        sa.Index(f"ix_recipient_{name}", column, sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(where))
        for name, column, where in (
            ("undispatched", "dispatched_day", "dispatched_day IS NULL"),
            ("unreceived", "received_day", "received_day IS NULL"),
            ("unanswered", "replied_day", "replied_day IS NULL AND reply_due IS NOT NULL"),
            ("unjudged", "judged", "NOT judged AND replied_day IS NOT NULL"),
        )
        for on_sqlite in (where.replace("NOT judged", "judged = 0"),)
    )

    def files_with(self, returned: "ReturnedReply | None") -> list["ReplyFile"]:
        """The files of a reply that was returned; with none, those of the reply that stands."""
        wanted = returned.id if returned else None
        return [one for one in self.reply_files if one.returned_id == wanted]


class ReturnedReply(Model):
    """A reply that was not accepted, kept when the next one came."""

    __tablename__ = "returned_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("recipient.id"), index=True)
    replied_day: Mapped[date] = mapped_column(sa.Date)
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    reply_recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    why: Mapped[str] = mapped_column(sa.Text, default="")  # a line for each case


class ReplyFile(Model):
    """A file that came with a reply: the one that stands, or one that was returned."""

    __tablename__ = "reply_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("recipient.id"), index=True)
    returned_id: Mapped[int | None] = mapped_column(sa.ForeignKey("returned_reply.id"))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))

    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


class PrintRun(Model):
    """Letters that were printed together as one PDF, which is kept: a reprint is the same bytes."""

    __tablename__ = "print_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"))  # where it is long
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("file.id"))

    made_by: Mapped[Account] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    prints: Mapped[list["LetterPrint"]] = relationship(order_by="LetterPrint.id", back_populates="run")


class LetterPrint(Model):
    """Who printed a numbered letter and when, alone or in a run."""

    __tablename__ = "letter_print"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("print_run.id"), index=True)
    printed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    printed_at: Mapped[datetime] = mapped_column(Moment)

    letter: Mapped[Letter] = relationship()
    run: Mapped[PrintRun | None] = relationship(back_populates="prints")
    printed_by: Mapped[Account] = relationship()


class SealedScan(Model):
    """The scan of a letter with its seal: one for each letter, never replaced."""

    __tablename__ = "sealed_scan"

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))
    taken_at: Mapped[datetime] = mapped_column(Moment)
    taken_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))

    file: Mapped[StoredFile] = relationship()
    taken_by: Mapped[Account] = relationship()


class Series(Model):
    """The counter of a prefix and year; the row is locked while a number is taken."""

    __tablename__ = "series"

    prefix: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(default=1)
    last: Mapped[int] = mapped_column(default=0)  # the number given out last; first - 1 when none was
    closed: Mapped[bool] = mapped_column(default=False)
