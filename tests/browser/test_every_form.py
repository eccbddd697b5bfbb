"""Markup in every text field of every form: refused, in conflict and kept, it is shown as text and never run."""

import re

import pytest
from playwright.sync_api import expect
from support.registering import stub
from web.changing_forms import FORMS, send_once

from casework.cases.views import letter_steps

from .test_markup import CALL, PAYLOADS

PLANTED = f"<img class=injected src=x onerror={CALL}>\"'><svg onload={CALL}>"
HARM = (
    "main :is(script:not([src]), .injected, base, object, embed, [onerror], [onload], [onfocus], [ontoggle], [onstart])"
)
CHINESE = re.compile("[一-鿿]")
PAGES = [
    "/worklist",
    "/cases",
    "/cases/1",
    "/letters",
    "/enterprises",
    "/enterprises/1",
    "/rounds",
    "/notices",
    "/overview",
]
ADMINISTRATION = ["/accounts", "/regions", "/settings", "/jobs", "/outbox", "/notices"]

# Fills each text field, whatever its type, and sends the form as it is; returns how many fields there were.
FILL = """([path, payloads, stale]) => {
  const forms = [...document.querySelectorAll('form')].filter(one => one.method === 'post');
  const form = forms.find(one => one.getAttribute('action') === path) || forms.find(one => !one.getAttribute('action'));
  if (!form) { location.reload(); return -1; }
  let filled = 0;
  const closed = ['hidden', 'submit', 'button', 'file', 'checkbox', 'radio'];
  for (const field of [...form.elements]) {
    if (field.tagName === 'TEXTAREA') field.value = payloads.join('\\n');
    else if (field.tagName === 'INPUT' && !closed.includes(field.type)) {
      field.type = 'text';
      field.value = payloads[filled % payloads.length];
    } else continue;
    filled += 1;
  }
  const opened = form.elements.namedItem('opened');
  if (stale && opened && opened.value) opened.value = JSON.stringify({...JSON.parse(opened.value), version: 77});
  HTMLFormElement.prototype.submit.call(form);
  return filled;
}"""


def unharmed(page):
    """Expect that nothing of what was typed has become part of the page."""
    assert page.evaluate("window.ran") is None, page.url
    assert page.locator(HARM).count() == 0, page.url


def settled(page):
    """Wait until a page that follows a job has gone by itself to where the job's end leads."""
    expect(page.locator("[data-progress]")).to_have_count(0)
    page.wait_for_load_state("load")


def filled_and_sent(page, address, path, payloads, *, stale):
    page.goto(address)
    settled(page)
    with page.expect_navigation(wait_until="load"):
        filled = page.evaluate(FILL, [path, payloads, stale])
    settled(page)
    assert filled >= 0 or not stale, f"no form posts to {path} at {address}"
    unharmed(page)


def refused_only(visitor):
    """Leave out the browser's notes on pages that are refused: those are expected here."""
    visitor.wrong[:] = [one for one in visitor.wrong if not re.search(r"status of 4\d\d", one)]


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FORMS)
def test_markup_in_each_field_of_a_form_is_only_text(app, visitor, monkeypatch, name):
    monkeypatch.setattr(letter_steps, "_render", stub)
    form = FORMS[name]
    made = form.made(app)
    page = visitor.sign_in(form.who)
    address, path = (form.at or form.path).format(**made), form.path.format(**made)
    if form.first:
        page.goto(form.first.format(**made))
    for shift in (0, 10, 20):
        payloads = PAYLOADS[shift:] + PAYLOADS[:shift]
        filled_and_sent(page, address, path, payloads, stale=shift == 0)
        if not page.url.endswith(address):  # what was planted was taken: the form is there no more
            break
    kept = {
        key: f"{value}{PLANTED}"
        for key, value in form.typed.items()
        if isinstance(value, str) and CHINESE.search(value)
    }
    if kept and page.url.endswith(address):
        planted = type(form)(**{**vars(form), "typed": form.typed | kept})
        answer = send_once(app, planted, made)()
        assert answer.status_code in {200, 303, 409, 422}
    for one in PAGES if form.who in {"alice", "carol", "dora", "bob"} else ADMINISTRATION:
        page.goto(one)
        unharmed(page)
    refused_only(visitor)
