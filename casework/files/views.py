"""Handing files out: always as an attachment that cannot run anything."""

from urllib.parse import quote

from flask import Response

from casework.files.models import StoredFile


def download(content: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Return bytes for the browser to save; `inline` only for our own PDFs and pictures."""
    response = Response(content, mimetype=media_type)
    way = "inline" if inline else "attachment"
    plain = name.encode("ascii", "ignore").decode().replace('"', "") or "file"
    response.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    return response


def download_file(file: StoredFile) -> Response:
    """Return a stored file for the browser to save."""
    return download(file.content, file.name, file.media_type)
