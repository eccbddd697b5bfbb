"""Handing a mail to the office's mail server: the only module that knows SMTP."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from casework.mail.models import Mail
from config import MailServer

PATIENCE_SECONDS = 10  # for each of up to ten answers of the server: all of them within the lease of a job


class NotTaken(Exception):
    """The server did not take the mail; the text says why."""


@dataclass(frozen=True)
class _Parts:
    message: EmailMessage
    sender: str
    receiver: str


def deliver(mail: Mail, server: MailServer) -> None:
    """Hand the mail over, or raise NotTaken with what the server said."""
    parts = _Parts(message_of(mail, server), server.sender, mail.address)
    try:
        with _connected(server) as connection:
            connection.send_message(parts.message, parts.sender, [parts.receiver])
    except (smtplib.SMTPException, OSError) as failure:
        raise NotTaken(_what_was_said(failure)) from failure


def message_of(mail: Mail, server: MailServer) -> EmailMessage:
    """Return the message; its id is the mail's own, so that one sent again after a crash is known as the same."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = formataddr(("Casework", server.sender))
    message["To"] = mail.address
    message["Date"] = format_datetime(mail.made_at)
    message["Message-ID"] = f"<casework.{mail.id}.{mail.made_at.timestamp():.0f}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="base64")
    return message


def _connected(server: MailServer) -> smtplib.SMTP:
    """Connect; a password never travels in the clear, and a certificate is always checked."""
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE_SECONDS)
    try:
        connection.ehlo()
        if not server.tls and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        elif not server.tls and server.user:
            raise smtplib.SMTPException("the server offers no TLS, and a password is not sent without")
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _what_was_said(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(words)}" for code, words in failure.recipients.values())
    if isinstance(failure, smtplib.SMTPResponseException):
        return f"{failure.smtp_code} {_text(failure.smtp_error)}"
    return str(failure) or type(failure).__name__


def _text(words: object) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else str(words)
