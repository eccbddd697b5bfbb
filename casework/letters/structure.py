"""What a PDF is made up of for those who cannot see it: elements in reading order, each with its marked content."""

from collections.abc import Sequence

import pydyf

from casework.letters.marks import Box, Content, Element
from casework.letters.pdf_objects import add


class Structure:
    """The tree of elements, and on each page the element that every piece belongs to."""

    def __init__(self, pdf: pydyf.PDF, pages: Sequence[pydyf.Dictionary], height: float) -> None:
        self._pdf, self._pages, self._height = pdf, pages, height
        self._owners: list[dict[int, bytes]] = [{} for _ in pages]

    def write(self, document: Element) -> bytes:
        """Add the tree to the PDF; return what it is referred to by."""
        root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        reference = add(self._pdf, root)
        root["K"] = pydyf.Array([self._element(document, reference)])
        numbers = pydyf.Array()
        for page, owners in enumerate(self._owners):
            numbers += [page, add(self._pdf, pydyf.Array(owners[number] for number in range(len(owners))))]
            self._pages[page]["StructParents"] = page
        root["ParentTree"] = add(self._pdf, pydyf.Dictionary({"Nums": numbers}))
        root["ParentTreeNextKey"] = len(self._pages)
        return reference

    def _element(self, element: Element, parent: bytes) -> bytes:
        written = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{element.tag}", "P": parent})
        reference = add(self._pdf, written)
        page = next((one.page for one in element.inside if isinstance(one, Content)), None)
        if page is not None:
            written["Pg"] = self._pages[page].reference
        if element.says:
            written["Alt"] = pydyf.String(element.says)
        if element.tag == "TH":
            written["A"] = pydyf.Dictionary({"O": "/Table", "Scope": "/Column"})
        if element.box:
            written["A"] = pydyf.Dictionary({"O": "/Layout", "BBox": self._box(element.box), "Placement": "/Block"})
        written["K"] = pydyf.Array(self._inside(one, page, reference) for one in element.inside)
        return reference

    def _inside(self, one: Element | Content, page: int | None, owner: bytes) -> pydyf.Dictionary | bytes | int:
        if isinstance(one, Element):
            return self._element(one, owner)
        self._owners[one.page][one.number] = owner
        if one.page == page:
            return one.number
        return pydyf.Dictionary({"Type": "/MCR", "Pg": self._pages[one.page].reference, "MCID": one.number})

    def _box(self, box: Box) -> pydyf.Array:
        x, y, width, height = box
        return pydyf.Array([x, self._height - y - height, x + width, self._height - y])
