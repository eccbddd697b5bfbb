"""The audit trail: pages, export, verification."""

from itertools import islice

import sqlalchemy as sa
from flask import g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.audit.actions import commit
from casework.audit.models import AuditHead
from casework.audit.queries import chain_faults
from casework.db import canonical, db
from casework.files.views import download_list
from casework.operations import trail as reading
from casework.operations.actions.running import note_verification
from casework.operations.invariants.trail import BREAKS, anchor_is_a_prefix
from casework.operations.views import bp
from casework.operations.words import OBJECTS, OUTCOMES, action_words
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page

FAULTS_SHOWN = 100


@bp.get("/trail")
@requires(Permission.TRAIL_SEE)
def trail() -> Page:
    """Show the trail, newest first."""
    asked = reading.read_filter(request.args)
    rows = reading.rows_of(asked, most=reading.PER_PAGE + 1)
    shown = rows[: reading.PER_PAGE]
    older = {**asked.arguments(), "before": shown[-1].seq} if len(rows) > len(shown) else None
    return page(
        "operations/trail.html", rows=shown, asked=asked, action_words=action_words, outcomes=OUTCOMES,
        actions=sorted(((one, action_words(one)) for one in reading.actions_known()), key=lambda pair: pair[1]),
        objects=OBJECTS,
        older=url_for("operations.trail", **older) if older else None,
        newest=url_for("operations.trail", **asked.arguments()) if asked.before else None,
        export=url_for("operations.trail_export", **asked.arguments()),
    )  # fmt: skip


@bp.get("/trail.xlsx")
@requires(Permission.TRAIL_SEE)
def trail_export() -> Response:
    """Return what the filter leaves, up to fifty thousand rows, as a workbook."""
    head = [
        _("Sequence"), _("Moment"), _("Person"), _("On behalf of"), _("Roles"), _("Address"), _("Action"), _("Object"),
        _("Id"), _("Outcome"), _("Before"), _("After"), _("Hash"),
    ]  # fmt: skip
    rows = reading.rows_of(reading.read_filter(request.args), most=reading.EXPORTED_MOST)
    return download_list(
        _("Audit trail"),
        head,
        (
            [row.seq, row.at, row.actor, row.on_behalf_of, row.roles, row.address, action_words(row.action),
             _(OBJECTS.get(row.object_kind, row.object_kind)), row.object_id, _(OUTCOMES.get(row.outcome, row.outcome)),
             "" if row.before is None else canonical(row.before), "" if row.after is None else canonical(row.after),
             row.hash]
            for row in rows
        ),
    )  # fmt: skip


@bp.post("/trail/verify")
@requires(Permission.TRAIL_SEE)
def trail_verify() -> Page:
    """Walk the whole chain and compare it with what was anchored outside; show the result."""
    length = db.session.scalar(sa.select(AuditHead.seq)) or 0
    broken = [(fault.seq, _(BREAKS[fault.what])) for fault in islice(chain_faults(), FAULTS_SHOWN)]
    anchored = [(fault.about.rpartition(" ")[2], fault.words) for fault in anchor_is_a_prefix(g.now)]
    faults = broken + anchored[:FAULTS_SHOWN]
    note_verification(length, len(faults), by=current_user, now=g.now)
    g.form_token.url = url_for("operations.trail")
    commit()
    return page("operations/trail_verified.html", length=length, faults=faults)
