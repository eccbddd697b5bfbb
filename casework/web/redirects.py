"""Where a person may be sent after signing in: a path of this program, nothing else."""

from urllib.parse import urlsplit


def is_own_path(target: str | None) -> bool:
    """Tell whether the target is a plain path of this program."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(ord(char) < 33 or char == "\\" for char in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
