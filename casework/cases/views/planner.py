"""The planner: which mix of measures fills what is short, at what cost, and beside what a default would cost."""

from collections.abc import Sequence
from decimal import Decimal

from flask import g, request
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.forms.planner import TermsForm
from casework.cases.models import Case
from casework.cases.queries.one_case import case_for
from casework.cases.queries.plan_check import answers_for
from casework.cases.queries.relief import YearOfRelief, cost_of_default, last_price, planned, relief_of, shortage
from casework.cases.views import bp
from casework.rules.deadlines import last_day
from casework.rules.planning import MANNERS, Alternative, begin_by
from casework.rules.prices import PriceDay
from casework.rules.roles import Permission
from casework.settings.queries import setting
from casework.web.door import requires
from casework.web.forms import Page, page


def terms_form(years: Sequence[YearOfRelief], known: PriceDay | None) -> tuple[TermsForm, list[Alternative]]:
    """Read what to compute with from the address, and return it with the mixes that come of it."""
    form = TermsForm(request.args)
    if known and "price" not in request.args:
        form.price.data = known.close
    terms = form.terms(stress=setting("price_stress"))
    return form, planned(years, terms) if terms else []


@bp.route("/cases/<int:case_id>/planner")
@requires(Permission.CASE_SEE)
def planner(case_id: int) -> Page:
    """Propose the cheapest lawful mix of measures and what else there is."""
    case = case_for(current_user, case_id)
    known = last_price(today=g.today)
    years = relief_of(case)
    form, found = terms_form(years, known)
    short = shortage(years)
    return page(
        "cases/planner.html", case=case, terms=form, asked=form.asked(), alternatives=found, years=years, short=short,
        default=cost_of_default(case, short), known=known, manners=MANNERS, begin_by=begin_by, answers_for=answers_for,
        deadline=last_day(case.cycle.deadline), today=g.today,
    )  # fmt: skip


def measures_of_mix(case: Case, code: str) -> dict[str, object] | None:
    """Return a mix as the form of a plan shows it, or None where there is none of this name."""
    _form, found = terms_form(relief_of(case), last_price(today=g.today))
    mix = next((one.mix for one in found if one.code == code), None)
    if mix is None:
        return None
    deadline = last_day(case.cycle.deadline)
    measures = [
        {
            "kind": kind.value, "tonnes": tonnes, "amount": paid if paid > Decimal(0) else None,
            "responsible": answers_for(kind, case), "due_day": begin_by(kind, deadline, g.today),
            "note": _(MANNERS[kind].ask),
        }
        for kind, (tonnes, paid) in mix.by_kind().items()
    ]  # fmt: skip
    return {"measures": measures}
