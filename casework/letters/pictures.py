"""Pages of a PDF as pictures, for screens that cannot show the PDF itself."""

from io import BytesIO

import pypdfium2

from casework.rules.errors import RuleError
from casework.rules.words import N_


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has; refuses one that cannot be shown, though another reader may have mended it."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        raise RuleError(N_("The PDF is damaged and cannot be opened.")) from None
    try:
        return len(document)
    finally:
        document.close()


def page_picture(pdf: bytes, page: int, width: int) -> bytes:
    """Page number `page`, from 1, as a PNG of so many pixels' width."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[page - 1]
        picture = sheet.render(scale=width / sheet.get_width()).to_pil()
        out = BytesIO()
        picture.save(out, "PNG")
        return out.getvalue()
    finally:
        document.close()
