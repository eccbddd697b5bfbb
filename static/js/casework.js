// What every page needs; each part finds its own elements and does nothing where there are none.
document.documentElement.classList.add("js");

import "./keyboard.js";
import "./tables.js";
import "./forms.js";
import "./autosave.js";
import "./progress.js";
import "./preview.js";
import "./rows.js";
import "./insert.js";
import "./kept.js";
import "./report.js";
import "./live.js";

for (const button of document.querySelectorAll("[data-back]")) {
  button.addEventListener("click", () => history.back());
}
for (const button of document.querySelectorAll("[data-shows]")) {
  button.addEventListener("click", () => {
    button.closest("[popover]")?.hidePopover();
    document.getElementById(button.dataset.shows).showPopover();
  });
}
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
