// What is typed into a long form is kept as it is typed, and the bar at the bottom says so.
import { clock, say } from "./words.js";

const PAUSE = 1500;
const RETRY = 8000;

// The bar stands in the form, or for the whole page below it.
function tell(words, tone = "") {
  const place = document.querySelector("[data-save-state]");
  if (!place) return;
  place.textContent = words;
  place.dataset.tone = tone;
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  let timer = null;
  let unsaved = false;

  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  async function save() {
    unsaved = false;
    tell(say("saving"));
    try {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, redirect: "manual" });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        unsaved = true;
        return tell(say("signedOut"), "soon");
      }
      if (!answer.ok) throw new Error(answer.status);
      return tell(say("saved", { time: clock() }), "done");
    } catch {
      unsaved = true;
      tell(say("notKept"), "soon");
      return later(RETRY);
    }
  }

  form.addEventListener("input", () => {
    unsaved = true;
    tell(say("unsaved"));
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    unsaved = false;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && unsaved) later(0);
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}
