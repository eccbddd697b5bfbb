"""Pages of a PDF as pictures, for screens that cannot show the PDF itself."""

from io import BytesIO

import pypdfium2


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has."""
    document = pypdfium2.PdfDocument(pdf)
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
