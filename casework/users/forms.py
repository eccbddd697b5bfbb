"""Forms of sign-in, one's own account, and what the administrator keeps."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, IntegerField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange, Optional, Regexp

from casework.rules.roles import Role
from casework.users.models import RegionKind, Scope
from casework.web.fields import DayField, OneOfField, SomeOfFewField, at_most, required
from casework.web.forms import Form
from casework.web.i18n import LANGUAGES

_EMAIL = Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z", message=_l("Enter an e-mail address, such as name@example.cn."))


class SignInForm(Form):
    """Name and password."""

    username = StringField(
        _l("User name"),
        [InputRequired(_l("Enter your user name.")), Length(max=40)],
        render_kw={"autofocus": True, "autocomplete": "username"},
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=128)])
    next = HiddenField()


class CodeForm(Form):
    """A code of the second factor."""

    code = StringField(
        _l("Code of six digits"),
        [InputRequired(_l("Enter the code from your phone.")), Length(min=6, max=8)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class ReplaceFactorForm(CodeForm):
    """A code of a new second factor, with the password, since one is there already."""

    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=128)])


class PasswordForm(Form):
    """One's own new password."""

    old = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password.")), Length(max=128)])
    new = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password.")), Length(max=128)])
    again = PasswordField(
        _l("New password once more"), [InputRequired(_l("Enter it once more.")), EqualTo("new", _l("The two differ."))]
    )


class ContactForm(Form):
    """How to reach a person, and in which language the pages are."""

    email = EmailField(_l("E-mail"), [Optional(), at_most(120), _EMAIL])
    phone = StringField(_l("Telephone"), [at_most(40)])
    language = SelectField(_l("Language after signing in"), choices=[SelectChoice(*one) for one in LANGUAGES.items()])


class AccountForm(Form):
    """An account as the administrator sees it."""

    name = StringField(
        _l("Name"),
        [required(_l("Enter the person's name.")), at_most(60)],
        description=_l("As letters, history and the trail show it."),
    )
    roles = SomeOfFewField(
        _l("Roles"),
        coerce=Role,
        description=_l(
            "One role. A reviewer may also be an officer; administrator, auditor and the working roles exclude "
            "one another."
        ),
    )
    region_id = OneOfField(
        _l("Region"), coerce=int, description=_l("The account sees this region and what hangs below it.")
    )
    head = BooleanField(
        _l("Head of the bureau or division"),
        description=_l("Is told when something of the own office has been overdue for some days (settings)."),
    )
    email = EmailField(_l("E-mail"), [Optional(), at_most(120), _EMAIL])
    phone = StringField(_l("Telephone"), [at_most(40)])


class NewAccountForm(AccountForm):
    """An account that is not there yet."""

    username = StringField(
        _l("User name"),
        [required(_l("Enter a user name.")), at_most(40)],
        description=_l("Small letters, digits, dots, hyphens or underscores. It stays for good."),
    )


class DelegationForm(Form):
    """Who stands in for me, and for how long."""

    delegate_id = OneOfField(_l("Delegate"), coerce=int)
    scope = OneOfField(
        _l("For what"), coerce=Scope, description=_l("For what waits already and for what comes in these days.")
    )
    from_day = DayField(_l("From"), [required(_l("Enter the first day."))])
    until_day = DayField(
        _l("Until and including"),
        [required(_l("Enter the last day."))],
        description=_l("Ends at midnight of that day."),
    )
    reason = StringField(_l("Reason"), [required(_l("Say why, such as leave or a journey.")), at_most(200)])


class RegionForm(Form):
    """A node of the region tree."""

    name = StringField(_l("Region's name"), [required(_l("Enter the region's name.")), at_most(60)])
    kind = OneOfField(_l("Kind"), coerce=RegionKind)
    parent_id = OneOfField(_l("Region above"), coerce=int)
    position = IntegerField(
        _l("Place in lists"), [Optional(), NumberRange(0, 9999, _l("Enter a whole number from 0 to 9999."))]
    )
    aliases = StringField(
        _l("Other names in tables"),
        [at_most(200)],
        description=_l("What tables of offices call it besides its name, separated by commas: 银川, 银川市区."),
    )
    government = StringField(
        _l("Government"), [at_most(80)], description=_l("Addressee of letters, such as 石嘴山市人民政府.")
    )
    bureau = StringField(_l("Ecology bureau"), [at_most(80)], description=_l("Such as 石嘴山市生态环境局."))


class NewRegionForm(RegionForm):
    """A region that is not in the tree yet."""

    code = StringField(
        _l("Code"),
        [required(_l("Enter the region's code.")), at_most(12)],
        description=_l("The code of administrative divisions, such as 640200; capital letters and digits."),
    )
