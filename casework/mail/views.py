"""One's own wishes for e-mail, and the administrator's outbox."""

from flask import Blueprint, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.files.views import download_list
from casework.mail import queries
from casework.mail.actions import change_wish, kept_wish, send_again
from casework.mail.forms import WishForm
from casework.mail.models import Mail, Way
from casework.notices.models import Topic
from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.settings.queries import reminder_rules
from casework.users.queries import account_by_id
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.lists import Order, count, list_page, whole_list

bp = Blueprint("mail", __name__)
HEAD = (
    N_("To"), N_("Address"), N_("Subject"), N_("Standing"), N_("Attempts"), N_("Written"), N_("Sent at"),
    N_("Cause of failure"),
)  # fmt: skip
ORDER = Order({"made": Mail.id, "sent": Mail.sent_at}, default="-made", tie=Mail.id, nullable=frozenset({"sent"}))
STANDINGS = {
    "waiting": N_("waiting to be sent"), "again": N_("tried again"), "failed": N_("given up"), "sent": N_("sent")
}  # fmt: skip


@bp.route("/account/mail", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def wishes() -> Page:
    """Choose what comes by e-mail, and when."""
    own = account_by_id(current_user.id)
    wish = kept_wish(own.id) if request.method == "POST" else queries.wish_of(own.id)
    form = WishForm(obj=wish)
    _offer(form)
    form.open_on(wish)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(wish, form.columns_of(wish))
            ways = {topic.value: form[topic.value].data for topic in Topic}
            change_wish(wish, ways=ways, hour=form.hour.data, by=own, now=g.now)
            return finish(url_for("users.account"), _("Your choice was kept."))
    server = current_app.config["SETTINGS"].mail is not None
    return page("mail/wishes.html", form, own=own, topics=[topic.value for topic in Topic], server=server)


def _offer(form: WishForm) -> None:
    rules = reminder_rules()
    for topic in Topic:
        form[topic.value].choices = [(way, _(way.label)) for way in Way]
    hours = sorted({*range(rules.opens.hour, rules.closes.hour), form.hour.data or rules.opens.hour})
    form.hour.choices = [(hour, f"{hour:02}:00") for hour in hours]


@bp.get("/outbox")
@requires(Permission.JOBS_SEE)
def outbox_page() -> Page:
    """List what went by e-mail, what waits and what failed, with the cause."""
    asked = request.args.get("standing")
    stmt = queries.outbox(asked)
    listing = list_page(stmt, ORDER, request.args, total=count(stmt.with_only_columns(Mail.id)))
    return page(
        "mail/outbox.html", listing=listing, standing_of=queries.standing_of, words=STANDINGS,
        standings=listing.chips("standing", asked, [(key, _(words)) for key, words in STANDINGS.items()]),
        server=current_app.config["SETTINGS"].mail, export=listing.export_url("mail.outbox_export"),
        failed=queries.any_failed(),
    )  # fmt: skip


@bp.get("/outbox.xlsx")
@requires(Permission.JOBS_SEE)
def outbox_export() -> Response:
    """Return the same list as a workbook."""
    rows = whole_list(queries.outbox(request.args.get("standing")), ORDER, request.args)
    return download_list(
        _("Outbox"),
        [_(words) for words in HEAD],
        (
            [row.account.name, row.address, row.subject, _(STANDINGS[queries.standing_of(row)]), row.job.attempts,
             row.made_at, row.sent_at, row.job.error or ""]
            for row in rows
        ),
    )  # fmt: skip


@bp.post("/outbox/<int:mail_id>/again")
@requires(Permission.JOBS_SEE)
def mail_again(mail_id: int) -> Response:
    """Let a mail that was given up be tried again."""
    send_again(queries.mail_by_id(mail_id), by=current_user, now=g.now)
    return finish(url_for("mail.outbox_page"), _("It will be tried again within seconds."))


@bp.post("/outbox/again")
@requires(Permission.JOBS_SEE)
def mail_all_again() -> Response:
    """Let every mail that was given up be tried again, after the mail server was down, say."""
    failed = queries.failed_mails()
    for mail in failed:
        send_again(mail, by=current_user, now=g.now)
    words = ngettext("%(num)s mail will be tried again.", "%(num)s mails will be tried again.", len(failed))
    return finish(url_for("mail.outbox_page"), words)
