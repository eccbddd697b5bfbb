"""Names of files inside a package, such as every system takes, Windows too. Pure."""

import re
import unicodedata

MOST = 70  # characters of one name: in Chinese 210 of the 255 bytes that file systems take
_FULL_WIDTH = str.maketrans('\\/:*?"<>|', "＼／：＊？＂＜＞｜")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def visible(text: str) -> str:
    """The text without signs that nobody sees, and which no markup can hold."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def safe_name(text: str) -> str:
    """One name without folders: forbidden signs become their full-width twins, what is too long is cut."""
    name = visible(" ".join(text.split())).translate(_FULL_WIDTH)
    name = " ".join(name.split()).strip(" .")
    suffix = found[0] if (found := _SUFFIX.search(name)) and found.start() else ""
    stem = name.removesuffix(suffix)[: MOST - len(suffix)].strip(" .")
    if stem.partition(".")[0].upper() in _DEVICES:
        stem = f"{stem}_" if "." not in stem else f"_{stem}"
    return f"{stem or '文件'}{suffix}"


class Names:
    """The paths of one package: the second of two that differ in case alone, or not at all, is numbered."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, folder: str, name: str) -> str:
        """A path that nothing else of the package bears."""
        name = safe_name(name)
        suffix = match[0] if (match := _SUFFIX.search(name)) else ""
        stem, path, n = f"{folder}{name.removesuffix(suffix)}", f"{folder}{name}", 1
        while path.casefold() in self._taken:
            n += 1
            path = f"{stem} ({n}){suffix}"
        self._taken.add(path.casefold())
        return path
