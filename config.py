"""The settings of the program: read from the environment, nowhere else, and documented here."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent
KEPT_SECRET = ROOT / "var" / "secret"

SHORTEST_SECRET = 32
WELL_KNOWN_SECRETS = ("change-me", "changeme", "secret", "dev", "development", "password", "default", "example")


class SettingError(Exception):
    """A setting that the program cannot or will not start with; the text names it and says what to do."""


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, what it means, and the text that holds where it is not set."""

    name: str
    meaning: str
    default: str


SECRET = Variable(
    "CASEWORK_SECRET",
    f"Key that signs form tokens; at least {SHORTEST_SECRET} characters drawn at random. "
    "In demo mode one is drawn and kept in var/secret.",
    "",
)
DATABASE = Variable(
    "DATABASE_URL",
    "Where the data is: sqlite:///PATH (relative to the program's folder) or postgresql://USER:PASSWORD@HOST/NAME.",
    "sqlite:///var/casework.db",
)
DEMO = Variable(
    "CASEWORK_DEMO",
    "1 is demo mode: the sign-in page names the demo accounts, and unsafe settings are let through. "
    "Not set, it is 1 only where neither CASEWORK_SECRET nor DATABASE_URL is set.",
    "",
)
FONTS = Variable("CASEWORK_FONTS", "Folder of the letter fonts (Fandol).", "var/fonts")
HANDS = ("fang", "kai", "hei", "song", "title")
FONT_FILES = Variable(
    "CASEWORK_FONT_FILES",
    "Fonts of the office's own for single hands: fang=FZFS.ttf,title=/srv/fonts/FZXBS.ttf; names without a folder lie "
    f"in {FONTS.name}. Hands: {', '.join(HANDS)}.",
    "",
)
HOSTS = Variable(
    "CASEWORK_HOSTS", "Host names under which the program answers, separated by commas.", "127.0.0.1,localhost"
)
SECURE_COOKIES = Variable(
    "CASEWORK_SECURE_COOKIES",
    "1 sends cookies over https only (127.0.0.1 counts as safe); 0 is needed to try it over http from another machine.",
    "1",
)
MAX_UPLOAD = Variable("CASEWORK_MAX_UPLOAD_MB", "Largest upload, in MB.", "20")
ANCHOR = Variable(
    "CASEWORK_ANCHOR",
    "File outside the database to which the head of the audit chain is written daily; empty writes none.",
    "",
)
SMTP = Variable(
    "CASEWORK_SMTP_URL",
    "Mail server that takes notices: smtp://[USER:PASSWORD@]HOST[:PORT], with STARTTLS where it is offered and always "
    "before a password, or smtps:// for TLS from the start; empty: notices stay in the program.",
    "",
)
MAIL_FROM = Variable("CASEWORK_MAIL_FROM", "Sender of the mails, such as casework@sthjt.example.", "")
ADDRESS = Variable(
    "CASEWORK_ADDRESS",
    "Address at which people open the program, such as https://casework.example; links in mails begin with it.",
    "",
)
DEBUG = Variable("FLASK_DEBUG", "1 shows tracebacks in the browser; for development in demo mode only.", "0")
PORT = Variable("PORT", "Port on 127.0.0.1 that the server listens on.", "8000")
WORKERS = Variable("WEB_WORKERS", "Number of web processes.", "2")

VARIABLES = (
    SECRET, DATABASE, DEMO, FONTS, FONT_FILES, HOSTS, SECURE_COOKIES, MAX_UPLOAD, ANCHOR, SMTP, MAIL_FROM, ADDRESS,
    DEBUG, PORT, WORKERS,
)  # fmt: skip


_ADVICE = (
    "Set it to a random text, for instance of `python3 -c 'import secrets; print(secrets.token_hex(32))'`, "
    f"and keep it; or set {DEMO.name}=1 to try the program out."
)


@dataclass(frozen=True)
class FontChoice:
    """Where the letter fonts lie, and the files named for single hands."""

    folder: Path
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over, and who sends them."""

    host: str
    port: int
    sender: str
    tls: bool = False  # from the start
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked and typed."""

    secret: str
    database_url: str
    demo: bool = False
    fonts: FontChoice = FontChoice(ROOT / "var" / "fonts")
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    secure_cookies: bool = True
    max_upload_mb: int = 20
    anchor: Path | None = None
    mail: MailServer | None = None
    address: str = ""
    debug: bool = False
    port: int = 8000
    workers: int = 2

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, *, kept_secret: Path = KEPT_SECRET) -> "Settings":
        """Read the settings; raise SettingError on a value that is wrong, or unsafe outside demo mode."""
        env = os.environ if environ is None else environ
        anchor = _text(env, ANCHOR)
        demo = _demo(env)
        settings = cls(
            secret=_text(env, SECRET) or (drawn_secret(kept_secret) if demo else ""),
            database_url=_database_url(_text(env, DATABASE)),
            demo=demo,
            fonts=FontChoice(_path(_text(env, FONTS)), _font_files(_text(env, FONT_FILES))),
            hosts=tuple(host.strip() for host in _text(env, HOSTS).split(",") if host.strip()),
            secure_cookies=_flag(env, SECURE_COOKIES),
            max_upload_mb=_number(env, MAX_UPLOAD, 1, 1000),
            anchor=_path(anchor) if anchor else None,
            mail=_mail_server(env),
            address=_address(env),
            debug=_flag(env, DEBUG),
            port=_number(env, PORT, 1, 65535),
            workers=_number(env, WORKERS, 1, 64),
        )
        if not demo:
            settings.refuse_unsafe()
        return settings

    def refuse_unsafe(self) -> None:
        """Raise SettingError on what must not serve real cases: a weak secret, or debug."""
        if not self.secret:
            raise SettingError(f"{SECRET.name} is not set. {_ADVICE}")
        if self.secret.lower() in WELL_KNOWN_SECRETS or len(set(self.secret)) < 8:
            raise SettingError(f"{SECRET.name} is a default that anybody knows or guesses. {_ADVICE}")
        if len(self.secret) < SHORTEST_SECRET:
            raise SettingError(f"{SECRET.name} has fewer than {SHORTEST_SECRET} characters. {_ADVICE}")
        if self.debug:
            raise SettingError(f"{DEBUG.name} is on. Debugging shows the program's inside to anybody: unset it.")


def drawn_secret(path: Path) -> str:
    """Return the secret kept at a path; the first call draws it, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(drawn, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(drawn, path)  # of two processes that start at once, one wins and both read its secret
        except FileExistsError:
            pass
        finally:
            drawn.unlink()
    return path.read_text().strip()


def _demo(env: Mapping[str, str]) -> bool:
    if _text(env, DEMO):
        return _flag(env, DEMO)
    return not env.get(SECRET.name) and not env.get(DATABASE.name)


def _text(env: Mapping[str, str], variable: Variable) -> str:
    return env.get(variable.name, "").strip() or variable.default


_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def _flag(env: Mapping[str, str], variable: Variable) -> bool:
    text = _text(env, variable)
    if text.lower() not in _SWITCH:
        raise SettingError(f"{variable.name} is {text!r}; it must be 1 or 0.")
    return _SWITCH[text.lower()]


def _number(env: Mapping[str, str], variable: Variable, least: int, most: int) -> int:
    text = _text(env, variable)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingError(f"{variable.name} is {text!r}; it must be a whole number from {least} to {most}.")
    return int(text)


def _path(text: str) -> Path:
    return ROOT / Path(text).expanduser()


def _font_files(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    named = {hand.strip(): name.strip() for hand, _sign, name in pairs}
    for hand, name in named.items():
        if hand not in HANDS or not name:
            wanted = f"a file for one of {', '.join(HANDS)}"
            raise SettingError(f"{FONT_FILES.name} has {hand!r} with the file {name!r}; it must name {wanted}.")
    return tuple(sorted(named.items()))


_MAIL_PORTS = {"smtp": 25, "smtps": 465}


def _mail_server(env: Mapping[str, str]) -> MailServer | None:
    """Return the mail server; the text of a refusal never holds the URL, which may hold a password."""
    url, sender = _text(env, SMTP), _text(env, MAIL_FROM)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or _MAIL_PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    if not port or not parts.hostname or parts.path.strip("/"):
        raise SettingError(f"{SMTP.name} must read smtp://[USER:PASSWORD@]HOST[:PORT], or the same with smtps://.")
    if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", sender):
        raise SettingError(f"{MAIL_FROM.name} is {sender!r}; with {SMTP.name} it must be an e-mail address.")
    if not _text(env, ADDRESS):
        raise SettingError(f"{ADDRESS.name} is not set; with {SMTP.name} it must say where the links in mails lead.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port, sender, parts.scheme == "smtps", user, password)


def _address(env: Mapping[str, str]) -> str:
    address = _text(env, ADDRESS).rstrip("/")
    if address and not re.fullmatch(r"https?://[^/\s?#]+(/[^\s?#]*)?", address):
        raise SettingError(f"{ADDRESS.name} is {address!r}; it must begin with https:// or http:// and name a host.")
    return address


_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql+psycopg://", "postgresql://", "postgres://")


def _database_url(text: str) -> str:
    """Return the URL in the form that SQLAlchemy takes: an absolute path, or the psycopg driver."""
    if text.startswith(_SQLITE) and len(text) > len(_SQLITE):
        path = text.removeprefix(_SQLITE)
        return text if path == ":memory:" else f"{_SQLITE}{_path(path)}"
    for prefix in _POSTGRESQL:
        if text.startswith(prefix):
            return _POSTGRESQL[0] + text.removeprefix(prefix)
    raise SettingError(
        f"{DATABASE.name} must begin with {_SQLITE} and a path, or with postgresql://; it begins with "
        f"{text.split(':', 1)[0]!r}."  # the rest may hold a password
    )
