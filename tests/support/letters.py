"""The steps of a letter through its pages, for tests that need one on its way."""

import re
from html import unescape
from io import BytesIO

import pikepdf
import sqlalchemy as sa

from casework.db import db
from casework.letters.models import Recipient
from support.cast import PASSWORD
from support.pages import hidden_values


def drafted(people, cases, kind="work_supervision"):
    query = "&".join(f"case={one}" for one in cases)
    answer = people("alice").fill(
        f"/cases/letter/new?{query}",
        {"kind": kind, "addressee_kind": "government", "case": cases},
        form_at=f"/cases/letter/new?{query}",
        follow=False,
    )
    assert answer.status_code == 303, answer.text[-3000:]
    return int(answer.location.rsplit("/", 1)[-1])


def step(people, who, letter_id, name, **data):
    return people(who).fill(f"/letters/{letter_id}/step/{name}", data, follow=False)


def to_signed(people, letter_id, signer="carol"):
    for who, name, data in (
        ("alice", "submit", {}), ("bob", "pass_review", {}), (signer, "sign", {"password": PASSWORD})
    ):  # fmt: skip
        assert step(people, who, letter_id, name, **data).status_code == 303, name


def values_of(html):
    """The values of the letter's form as a browser would send them."""
    form = html[html.index('id="letter-form"') :]
    form = form[: form.index("</form>")]
    found = dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', form))
    for tag in re.findall(r"<input\b[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected[^>]*value="([^"]*)"', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def edit(people, letter_id, *, who="alice", **data):
    browser, path = people(who), f"/letters/{letter_id}"
    html = browser.get(path).text
    values = {name: unescape(value) for name, value in values_of(html).items()}
    values |= {name: unescape(value) for name, value in hidden_values(html, path).items()}
    answer = browser.post(path, data={**values, "then": "save", **data})
    assert answer.status_code == 303, answer.text[-4000:]


def recipient_deed(people, app, who, letter_id, deed, **data):
    with app.app_context():
        one = db.session.scalars(sa.select(Recipient).where(Recipient.letter_id == letter_id)).one().id
    path = f"/letters/{letter_id}/recipient/{one}/{deed}"
    return people(who).fill(path, data, follow=False, content_type="multipart/form-data")


def blank_pdf(pages):
    """A PDF of so many empty pages, as a scan would be."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(target, deterministic_id=True)
    return target.getvalue()
