// Keys: / search, g w worklist, j k rows, x choose, Enter open, n p s r where letters are signed, ? these keys.
import { say } from "./words.js";

let waitingForG = false;

const rows = () => [...document.querySelectorAll("tr[data-href], a.board-card, li[data-href]")].filter((row) => row.offsetParent);
const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

function go(step) {
  const list = rows();
  if (!list.length) return;
  const at = list.findIndex((row) => row.classList.contains("at"));
  const next = list[Math.min(list.length - 1, Math.max(0, at + step))] ?? list[0];
  list[at]?.classList.remove("at");
  next.classList.add("at");
  (next.matches("a") ? next : next.querySelector("a[href]"))?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const follow = (selector) => document.querySelector(selector)?.click();

const keys = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => document.getElementById("keys")?.showPopover?.(),
  j: () => go(1),
  k: () => go(-1),
  x: () => follow("tr.at [data-pick]"),
  n: () => follow("[data-key='n']"),
  p: () => follow("[data-key='p']"),
  s: () => follow("[data-key='s']"),
  r: () => follow("[data-key='r']"),
  g: () => {
    waitingForG = true;
    setTimeout(() => (waitingForG = false), 1200);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (waitingForG && event.key === "w") {
    waitingForG = false;
    if (say("worklist")) location.assign(say("worklist"));
    return;
  }
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
