"""What every part of a PDF is made with, and the whole as bytes."""

import hashlib
import zlib
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import pydyf

_LEVEL = 6  # of compression; 9 makes a letter no shorter


def add(pdf: pydyf.PDF, thing: pydyf.Object) -> bytes:
    """Add an object; return what it is referred to by."""
    pdf.add_object(thing)
    reference: bytes = thing.reference
    return reference


def compressed(content: bytes, extra: Mapping[str, Any] | None = None, *, outlines: bool = False) -> pydyf.Stream:
    """A stream that is compressed once, at whatever time it is written.

    Outlines of glyphs hardly repeat: without looking for what does they take 5 % more room and a third of the time.
    """
    packer = zlib.compressobj(_LEVEL, strategy=zlib.Z_HUFFMAN_ONLY if outlines else zlib.Z_DEFAULT_STRATEGY)
    packed = packer.compress(content) + packer.flush()
    return pydyf.Stream([packed], {**(extra or {}), "Filter": "/FlateDecode"})


def written(pdf: pydyf.PDF, identity: bytes) -> bytes:
    """The whole PDF, for which pydyf's own way takes twice as long; the same objects give the same bytes."""
    pdf.add_object(pdf.info)
    objects = [thing.indirect for thing in pdf.objects[1:]]
    head, count = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", len(objects) + 1
    places = [*accumulate((len(thing) + 1 for thing in objects), initial=len(head) + 1)]
    table = "".join(f"{place:010} 00000 n \n" for place in places[:-1])
    body = b"\n".join([head, *objects])
    named = (hashlib.sha256(data).hexdigest()[:32] for data in (identity, body))
    trailer = pydyf.Dictionary(
        {
            "Size": count,
            "Root": pdf.catalog.reference,
            "Info": pdf.info.reference,
            "ID": pydyf.Array(f"<{name}>" for name in named),
        }
    )
    foot = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n{{}}\nstartxref\n{places[-1]}\n%%EOF\n"
    return b"\n".join([body, foot.encode().replace(b"{}", trailer.data)])
