"""Forms of sign-in and one's own account."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from casework.web.forms import Form


class SignInForm(Form):
    """Name and password."""

    username = StringField(_l("User name"), [InputRequired(_l("Enter your user name.")), Length(max=40)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=128)])
    next = HiddenField()


class CodeForm(Form):
    """A code of the second factor."""

    code = StringField(
        _l("Code of six digits"), [InputRequired(_l("Enter the code from your phone.")), Length(min=6, max=8)]
    )


class PasswordForm(Form):
    """One's own new password."""

    old = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password.")), Length(max=128)])
    new = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password.")), Length(max=128)])
    again = PasswordField(
        _l("New password once more"), [InputRequired(_l("Enter it once more.")), EqualTo("new", _l("The two differ."))]
    )
