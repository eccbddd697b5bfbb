// The large screen: shows one part after another, and fetches the page anew after the last; a key holds it.
const SHOWN_MS = 15_000;
const parts = [...document.querySelectorAll("[data-part]")];
const place = document.querySelector("[data-place]");
const paused = document.querySelector("[data-paused]");
let at = 0;
let timer = null;

function show(number) {
  at = (number + parts.length) % parts.length;
  for (const [index, part] of parts.entries()) part.hidden = index !== at;
  place.textContent = `${at + 1} / ${parts.length}`;
}

async function onwards() {
  if (at < parts.length - 1) return show(at + 1);
  try {
    // The old page stays where the line is broken or the session has ended: a screen must not go blank.
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && new URL(answer.url).pathname === location.pathname) return location.reload();
  } catch {
    // shown again from the start
  }
  show(0);
}

function run(running) {
  clearInterval(timer);
  timer = running ? setInterval(onwards, SHOWN_MS) : null;
  paused.hidden = running;
}

const KEYS = {
  " ": () => run(timer === null),
  ArrowRight: () => show(at + 1),
  ArrowLeft: () => show(at - 1),
  f: () => document.documentElement.requestFullscreen?.(),
  Escape: () => document.querySelector("[data-leave]").click(),
};

if (parts.length) {
  show(0);
  run(true);
  document.addEventListener("keydown", (event) => {
    const deed = KEYS[event.key];
    if (!deed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    deed();
  });
}
