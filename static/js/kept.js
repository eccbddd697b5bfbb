// What a city types into its list and could not send yet stays on this device, for its account and round alone, until it
// is taken; whatever page is open sends it once there is a connection. Signing out erases it, and so does the next page
// that another account opens, or that comes after a week.
import { say } from "./words.js";

const START = "casework-report:";
const account = document.getElementById("words").dataset.account;
const LONGEST = 7 * 24 * 3600 * 1000;
const memory = new Map(); // as text, where the browser keeps nothing (more)
let strangers = false; // another account is signed in: what is typed here stays on this page

function read(key) {
  try {
    return JSON.parse(memory.get(key) ?? localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key, value) {
  const text = JSON.stringify(value);
  try {
    if (value && !strangers) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
    if (value && strangers) return memory.set(key, text);
    memory.delete(key);
  } catch {
    memory.set(key, text);
  }
}

export const keyOf = (round) => `${START}${account}:${round}`;

function everyKey() {
  let stored = [];
  try {
    stored = Object.keys(localStorage);
  } catch {
    // what is in memory is all there is
  }
  return [...new Set([...stored, ...memory.keys()])].filter((key) => key.startsWith(START));
}

const keys = () => everyKey().filter((key) => key.startsWith(`${START}${account}:`) && read(key));

// Before anybody signs in, what is kept may still be theirs; afterwards only one's own stays.
for (const key of everyKey()) {
  const theirs = account && !key.startsWith(`${START}${account}:`);
  if (theirs || !(read(key)?.at > Date.now() - LONGEST)) write(key, null);
}

// {at, page, submit, reports: {ID: {keep, typed: {NAME: text}, base: {NAME: text}}}}
export function kept(key) {
  return read(key) ?? { at: 0, page: location.pathname, submit: null, reports: {} };
}

export function change(key, how) {
  const all = kept(key);
  how(all);
  all.at = Date.now();
  for (const [id, one] of Object.entries(all.reports)) if (!Object.keys(one.typed).length) delete all.reports[id];
  write(key, Object.keys(all.reports).length || all.submit ? all : null);
  return all;
}

let token = document.querySelector("input[name='csrf_token']")?.value;

// After signing in anew the page's own token is void: another comes with the page, if it is still ours.
async function renewed(page) {
  const answer = await fetch(page, { redirect: "manual" });
  if (answer.type === "opaqueredirect") return "signedOut";
  const html = new DOMParser().parseFromString(await answer.text(), "text/html");
  const present = html.getElementById("words")?.dataset.account;
  strangers = Boolean(present) && present !== account;
  if (strangers) return "other";
  if (!answer.ok || !present) return "refused";
  token = html.querySelector("input[name='csrf_token']").value;
  for (const field of document.querySelectorAll("input[name='csrf_token']")) field.value = token;
  return "again";
}

// What became of it: taken, contested, refused, again, signedOut, other, or offline; with the answer.
export async function send(key, id, second = false) {
  const all = kept(key);
  const one = all.reports[id];
  const body = new FormData();
  body.set("csrf_token", token);
  for (const [name, text] of Object.entries(one.typed)) body.set(`typed-${name}`, text);
  for (const [name, text] of Object.entries(one.base)) body.set(`base-${name}`, text);
  try {
    const answer = await fetch(one.keep, { method: "POST", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") return { came: "signedOut" };
    if (answer.status === 400 && !second) {
      const came = await renewed(all.page);
      change(key, () => {}); // kept anew, on the device or on this page alone
      return came === "again" ? send(key, id, true) : { came };
    }
    if (answer.status >= 500 || answer.status === 429) return { came: "offline" };
    const data = await answer.json().catch(() => ({}));
    if (answer.ok) {
      taken(key, id, one.typed);
      return { came: "taken", data, sent: one.typed };
    }
    if (data.contested) return { came: "contested", data };
    return data.again ? { came: "again" } : { came: "refused", data };
  } catch {
    return { came: "offline" };
  }
}

function taken(key, id, sent) {
  change(key, (all) => {
    const one = all.reports[id];
    for (const [name, text] of Object.entries(sent)) {
      if (!one) return;
      if (one.typed[name] === text) {
        delete one.typed[name];
        delete one.base[name];
      } else one.base[name] = text;
    }
  });
}

async function sendAll() {
  for (const key of keys()) {
    for (const id of Object.keys(kept(key).reports)) if ((await send(key, id)).came === "offline") return;
  }
}

// The list itself sends what is its own; any other page does it here.
if (account && !document.querySelector("form[data-fill]")) {
  if (keys().length) sendAll();
  window.addEventListener("online", sendAll);
}

// What came too late is shown beside the list that is only read, so that it can be handed in as a correction.
for (const place of document.querySelectorAll("[data-unsent]")) {
  const list = document.createElement("ul");
  place.lastElementChild.append(list);
  for (const [id, { typed }] of Object.entries(kept(keyOf(place.dataset.unsent)).reports)) {
    const line = document.createElement("li");
    line.textContent = [document.getElementById(`unit-${id}-name`)?.textContent, ...Object.values(typed)].join(" · ");
    list.append(line);
    place.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[action$='/sign-out']")) {
  form.addEventListener("submit", async (event) => {
    if (!form.dataset.warned && keys().some((key) => Object.keys(kept(key).reports).length)) {
      event.preventDefault();
      await sendAll();
      if (keys().some((key) => Object.keys(kept(key).reports).length)) {
        form.dataset.warned = "yes";
        form.querySelector("button").append(` ${say("unsentOut")}`);
        return;
      }
      form.dataset.warned = "yes";
      form.requestSubmit();
      return;
    }
    for (const key of keys()) write(key, null);
  });
}
