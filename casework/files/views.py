"""Handing files out: always as an attachment that cannot run anything."""

from collections.abc import Iterable, Sequence
from io import SEEK_END
from typing import IO
from urllib.parse import quote

from flask import Response, g
from werkzeug.wsgi import FileWrapper

from casework.files.kinds import XLSX
from casework.files.models import StoredFile
from casework.web.xlsx import Out, workbook

PIECE = 64 * 1024


def download(content: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Return bytes for the browser to save; `inline` only for our own PDFs and pictures."""
    return _to_save(Response(content, mimetype=media_type), name, inline=inline)


def send(file: IO[bytes], name: str, media_type: str) -> Response:
    """Send an open file from where it stands, a piece at a time, and close it at the end."""
    start = file.tell()
    size = file.seek(0, SEEK_END) - start
    file.seek(start)
    response = Response(FileWrapper(file, PIECE), mimetype=media_type, direct_passthrough=True)
    response.content_length = size
    response.call_on_close(file.close)
    return _to_save(response, name)


def _to_save(response: Response, name: str, *, inline: bool = False) -> Response:
    """Say under which name the browser saves it, and that nothing in it may run."""
    way = "inline" if inline else "attachment"
    plain = name.encode("ascii", "ignore").decode().replace('"', "").strip()
    plain = f"file{plain}" if plain[:1] in {"", "."} else plain
    response.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


def download_file(file: StoredFile) -> Response:
    """Return a stored file for the browser to save."""
    return download(file.content, file.name, file.media_type)


def download_list(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a list as a workbook, named after itself and today."""
    content = workbook([Out(title, [head, *rows])])
    return download(content, f"{title} {g.today}.xlsx", XLSX.media_type)
