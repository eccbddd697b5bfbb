// A city's list of units: kept field by field as it is typed, checked by the server, kept on the device without a line.
import { change, kept, keyOf, send } from "./kept.js";
import { clock, say } from "./words.js";

const PAUSE = 600;
const RETRY = 4000;
const form = document.querySelector("form[data-fill]");
if (form) begin();

function begin() {
  const key = keyOf(form.dataset.fill);
  const words = document.getElementById("fill-words").dataset;
  const sprite = document.querySelector("svg use").getAttribute("href").split("#")[0];
  const bar = form.querySelector("[data-bar]");
  const stuck = new Set(); // reports that wait for a decision, or are not taken any more
  const shown = new Map(); // what the server holds of each field
  let timer = null;
  let running = null;
  let passes = false;

  const cardOf = (id) => form.querySelector(`[data-report="${id}"]`);
  const parts = (name) => name.match(/^r(\d+)-(.+)$/)?.slice(1) ?? [];
  const waiting = () => Object.keys(kept(key).reports).filter(cardOf); // what was submitted elsewhere waits for its card

  function tell(text, tone = "") {
    const place = form.querySelector("[data-save-state]");
    place.textContent = text;
    place.dataset.tone = tone;
  }

  function valueOf(name) {
    const field = form.elements[name];
    return field instanceof RadioNodeList ? field.value : (field?.value ?? "");
  }

  function put(name, text) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList) for (const one of field) one.checked = one.value === text;
    else field.value = text;
    differs(name);
  }

  function differs(name) {
    const [id, field] = parts(name);
    const place = cardOf(id)?.querySelector(`[data-field="${field}"]`);
    place?.classList.toggle("differs", place.dataset.last !== "" && valueOf(name) !== place.dataset.last);
  }

  function icon(name, label) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  }

  function line(level, text) {
    const wrong = level === "error";
    const place = document.createElement("p");
    const inner = document.createElement("span");
    place.className = `told-${level}`;
    inner.textContent = text;
    place.append(icon(wrong ? "exclamation-circle" : "exclamation-triangle", wrong ? words.error : words.attention), inner);
    return place;
  }

  // What the checks found, beside each field; what follows from a change is filled in.
  function apply(id, data) {
    const card = cardOf(id);
    const typed = kept(key).reports[id]?.typed ?? {};
    for (const [name, text] of Object.entries(data.fields)) {
      if (name in typed) continue;
      shown.set(`r${id}-${name}`, text);
      put(`r${id}-${name}`, text);
    }
    for (const place of card.querySelectorAll("[data-field]")) {
      const found = data.problems.filter((one) => one.name === place.dataset.field);
      place.querySelector(".told").replaceChildren(...found.map((one) => line(one.level, one.words)));
      const field = place.querySelector(".form-control");
      if (found.some((one) => one.level === "error")) {
        field?.setAttribute("aria-invalid", "true");
        if (place.closest("details")) place.closest("details").open = true;
      } else field?.removeAttribute("aria-invalid");
    }
    card.className = `unit-card stage-${data.stage}`;
    card.dataset.stage = data.stage;
    card.querySelector("[data-missing]").textContent = data.missing;
    const badge = document.createElement("span");
    const done = data.stage === "done";
    badge.className = `badge-word tone-${done ? "done" : "soon"}`;
    badge.append(icon(done ? "check-circle" : "pencil", ""), done ? words.stateDone : words.stateBegun);
    badge.firstChild.setAttribute("aria-hidden", "true");
    card.querySelector("[data-state]").replaceChildren(badge);
    count();
  }

  function count() {
    const cards = [...form.querySelectorAll("[data-report]")];
    const ready = cards.filter((one) => one.dataset.stage === "done").length;
    const unsent = kept(key).reports;
    const typed = cards.filter((one) => one.dataset.report in unsent && one.dataset.stage !== "done").length;
    const stays = (one) => one.dataset.stage === "untouched" && "mayStay" in one.dataset && !(one.dataset.report in unsent);
    const staying = cards.filter(stays).length;
    const done = bar.max - cards.length + ready;
    bar.value = done;
    bar.parentElement.classList.toggle("full", done === bar.max);
    form.querySelector("[data-done]").textContent = done;
    for (const place of form.querySelectorAll("[data-ready]")) place.textContent = ready;
    for (const place of form.querySelectorAll("[data-staying]")) place.textContent = staying;
    const rest = form.querySelector("[data-submit-rest]");
    if (!rest) return;
    rest.querySelector("span").textContent = words.rest.replace("{rest}", staying).replace("{all}", staying + typed + ready);
    rest.hidden = !staying;
    form.querySelector("[data-submit-all]").hidden = Boolean(staying);
    form.querySelector("[data-submit-some]").hidden = !staying || !ready;
    const all = form.querySelector("[data-needs-staying]");
    if (all) all.hidden = !staying;
  }

  function contest(id, theirs) {
    stuck.add(id);
    for (const [name, text] of Object.entries(theirs)) {
      const full = `r${id}-${name}`;
      const place = cardOf(id).querySelector(`[data-field="${name}"]`);
      const decide = (label, takes) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-plain btn-sm";
        button.textContent = label;
        button.addEventListener("click", () => {
          shown.set(full, text);
          change(key, ({ reports }) => {
            if (takes) delete reports[id]?.typed[name];
            else if (reports[id]) reports[id].base[name] = text;
          });
          if (takes) put(full, text);
          place.querySelector(".told").replaceChildren();
          stuck.delete(id);
          later(0);
        });
        return button;
      };
      const where = place.querySelector(".told");
      where.replaceChildren(line("error", words.theirs.replace("{theirs}", text)), decide(words.mine, false), decide(words.take, true));
      if (place.closest("details")) place.closest("details").open = true;
    }
  }

  function note(field) {
    const [id, name] = parts(field.name);
    const card = id && cardOf(id);
    if (!card) return;
    const text = valueOf(field.name);
    change(key, (all) => {
      all.page = location.pathname;
      const one = (all.reports[id] ??= { keep: card.dataset.keep, typed: {}, base: {} });
      one.base[name] ??= shown.get(field.name);
      one.typed[name] = text;
    });
    differs(field.name);
    count();
    tell(say("unsaved"));
  }

  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(resume, delay);
  }

  // One after another, and one round at a time: whoever comes meanwhile waits for it and looks again.
  async function flush() {
    while (running) await running;
    running = sendWaiting();
    const came = await running;
    running = null;
    return came;
  }

  async function sendWaiting() {
    clearTimeout(timer);
    form.querySelector("[data-sign-in]").hidden = true;
    let came = "taken";
    for (const id of waiting()) {
      if (stuck.has(id)) continue;
      const answer = await send(key, id);
      came = answer.came;
      if (came === "taken") {
        for (const [name, text] of Object.entries(answer.sent)) shown.set(`r${id}-${name}`, text);
        apply(id, answer.data);
        tell(say("saved", { time: clock() }), "done");
      } else if (came === "contested") contest(id, answer.data.contested);
      else if (came === "refused") {
        stuck.add(id);
        tell(words.over.replace("{why}", answer.data?.refused ?? ""), "soon");
      } else break;
    }
    if (["offline", "again"].includes(came)) later(RETRY);
    if (["offline", "signedOut", "other"].includes(came)) unsent(came);
    return came;
  }

  function unsent(came) {
    const intent = kept(key).submit;
    const without = intent ? words.willSubmit : words.sent;
    tell({ signedOut: words.signedOut, other: words.other }[came] ?? without, "soon");
    form.querySelector("[data-sign-in]").hidden = came !== "signedOut";
    form.querySelector("[data-cancel]").hidden = !intent;
  }

  async function connected() {
    try {
      return navigator.onLine && (await fetch(sprite, { method: "HEAD", cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  function go(button) {
    change(key, (all) => (all.submit = null));
    passes = true;
    form.requestSubmit(button);
  }

  // Whatever a button does, it does it to what was typed: that goes first.
  form.addEventListener("submit", async (event) => {
    if (passes) {
      setTimeout(() => form.querySelectorAll("button[name='do']").forEach((one) => (one.disabled = true)));
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    const came = waiting().length ? await flush() : "taken";
    const away = ["offline", "signedOut", "other"].includes(came);
    if (!away && waiting().length) {
      form.querySelector(".told-error")?.scrollIntoView({ block: "center" });
      return;
    }
    if (!away && (await connected())) return go(button);
    if (["submit", "rest"].includes(button?.value)) change(key, (all) => (all.submit = button.value));
    unsent(away ? came : "offline");
    later(RETRY);
  });

  async function resume() {
    if (waiting().length) await flush();
    const intent = kept(key).submit;
    if (!intent || waiting().length) return;
    if (await connected()) go(form.querySelector(`button[name='do'][value='${intent}']`));
    else later(RETRY);
  }

  form.addEventListener("formdata", (event) => {
    for (const name of [...event.formData.keys()]) if (parts(name).length || name === "opened") event.formData.delete(name);
  });
  form.addEventListener("input", (event) => {
    note(event.target);
    later(event.target.type === "radio" ? 0 : PAUSE);
  });
  form.addEventListener("focusout", () => waiting().length && later(50));
  form.addEventListener("focusin", (event) => event.target.matches("input.num") && event.target.select());
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input:not([type='radio'])")) return;
    event.preventDefault();
    const fields = [...form.querySelectorAll("input.form-control")].filter((one) => one.checkVisibility());
    fields[fields.indexOf(event.target) + 1]?.focus();
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => {
    change(key, (all) => (all.submit = null));
    unsent("offline");
  });
  window.addEventListener("online", resume);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => document.hidden && waiting().length && flush());

  const early = []; // typed before this script ran
  for (const field of form.elements) {
    if (!parts(field.name ?? "").length) continue;
    const radio = field.type === "radio";
    if (!radio || field.defaultChecked) shown.set(field.name, radio ? field.value : field.defaultValue);
    else if (!shown.has(field.name)) shown.set(field.name, "");
    if (radio ? field.checked && !field.defaultChecked : field.value !== field.defaultValue) early.push(field);
  }
  for (const [id, one] of Object.entries(kept(key).reports)) {
    for (const [name, text] of Object.entries(one.typed)) if (cardOf(id) && form.elements[`r${id}-${name}`]) put(`r${id}-${name}`, text);
  }
  early.forEach(note);
  count();
  resume();
}
