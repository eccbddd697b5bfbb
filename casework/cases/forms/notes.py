"""Forms of progress notes and of files."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from casework.web.fields import DayField, FilesField, at_most, required
from casework.web.forms import Form


class NoteForm(Form):
    """A dated note with its files."""

    day = DayField(_l("Day"), [required(_l("Enter the day."))])
    text = TextAreaField(_l("Progress"), [required(_l("Write down what is new.")), at_most(5000)])
    files = FilesField(_l("Files"))


class FilesForm(Form):
    """Files that belong to the case as a whole."""

    title = StringField(_l("What they show"), [required(_l("Say what the files show.")), at_most(200)])
    files = FilesField(_l("Files"), [required(_l("Choose at least one file."))])
