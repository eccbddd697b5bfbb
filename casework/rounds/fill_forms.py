"""What the city's page of a round sends: fields named after their report, and what they showed when it was opened."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import FileField

from casework.rounds.actions.filling import Typing
from casework.rounds.queries.filling import Card, FillPage
from casework.rules.errors import RuleError
from casework.web.fields import FilesField
from casework.web.forms import Form, opened_with, read_opened


class FillForm(Form):
    """The whole list of a region; its fields follow from the form's version and so are no fields of ours."""

    def open_on_page(self, fill: FillPage) -> None:
        """Note what every field shows."""
        pairs = [(field_name(card, name), text) for card in fill.cards for name, text in card.typed.items()]
        self.opened.data = opened_with(fill.version, pairs)


class ReportFilesForm(Form):
    """Files that come with a report."""

    files = FilesField(_l("Files"))


class SheetForm(Form):
    """The list as a workbook, filled in."""

    sheet = FileField(_l("Workbook"), render_kw={"accept": ".xlsx"})

    def upload(self) -> tuple[bytes, str]:
        """Return content and name of the file."""
        if not self.sheet.data:
            raise RuleError("Choose the workbook.", field="sheet")
        return self.sheet.data.read(), self.sheet.data.filename or ""


class SheetTakeForm(Form):
    """Takes over what a workbook was found to say."""


def field_name(card: Card, name: str) -> str:
    """Return how a field of a report is called on the page."""
    return f"r{card.report.id}-{name}"


def typings(sent: MultiDict[str, str], cards: Iterable[Card]) -> dict[int, Typing]:
    """Return what was changed on the page of each report, by its id; what was not sent was not changed."""
    base = {name: plain(text) for name, text in read_opened(sent.get("opened"))["values"]}
    found = {}
    for card in cards:
        shown = {one.name: base.get(field_name(card, one.name), "") for one in card.form.fields}
        typed = {
            one.name: text
            for one in card.form.fields
            if (name := field_name(card, one.name)) in sent and (text := plain(sent[name])) != shown[one.name]
        }
        if typed:
            found[card.report.id] = Typing(typed, shown)
    return found


def plain(text: str) -> str:
    """Return a text with the ends of lines that the records have, whatever the browser sent."""
    return text.replace("\r\n", "\n")
