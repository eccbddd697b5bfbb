// Forms: focus on the first error, no files that are too large to be taken, one submission only, a warning before unsent text is left behind.
import { mostMb, say } from "./words.js";

// What was refused in a dialog is shown in the dialog; the first field in error stands in the middle of the window, for
// the bars at its top and bottom would hide it.
const summary = document.querySelector("[data-error-summary]");
const within = summary?.closest("form") ?? document;
const wrong = within.querySelector("[aria-invalid='true'], .is-invalid, [data-wrong] :is(input, select, textarea)") ?? summary;
if (wrong) {
  wrong.closest("[popover]")?.showPopover();
  for (let around = wrong.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  wrong.focus({ preventScroll: true });
  wrong.scrollIntoView({ block: wrong === summary ? "start" : "center" });
}

const dirty = new Set();

for (const form of document.querySelectorAll("form[data-guard]")) {
  if (!form.hasAttribute("data-autosave")) form.addEventListener("input", () => dirty.add(form));
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent || !filesFit(form)) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    dirty.clear();
    // Only after this turn: a disabled button would not send its own name and value.
    setTimeout(() => {
      for (const button of document.querySelectorAll("button:not([type='button'])")) {
        if (button.form !== form) continue;
        button.disabled = true;
        if (button === event.submitter) {
          button.setAttribute("aria-busy", "true");
          button.setAttribute("aria-label", say("busy"));
        }
      }
    });
  });
}

// The server refuses the whole form of files that are too large, and with it what was typed: say so before.
function filesFit(form) {
  const inputs = [...form.elements].filter((one) => one.type === "file");
  const files = inputs.flatMap((one) => [...one.files]);
  const fit = files.reduce((sum, file) => sum + file.size, 0) < (mostMb - 1) * 1024 * 1024;
  for (const one of inputs) one.setCustomValidity(fit || !one.files.length ? "" : say("tooLarge", { most: mostMb - 1 }));
  return inputs.every((one) => one.reportValidity());
}

document.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.form) filesFit(event.target.form);
});

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.elements) {
      if (button.getAttribute("aria-busy")) button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }
});

window.addEventListener("beforeunload", (event) => {
  if (dirty.size) event.preventDefault();
});
