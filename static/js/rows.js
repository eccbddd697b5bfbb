// Repeated rows: the buttons that add and take away a row work on the page at once; without a script the server does it.
// A plan's tonnes are added up as they are typed: <p data-sum="tonnes" data-short="1000"> says what is still missing.
import { say } from "./words.js";

function renumber(rows) {
  const name = rows.dataset.rows;
  for (const [index, row] of [...rows.querySelectorAll("[data-row]")].entries()) {
    for (const element of row.querySelectorAll("*")) {
      for (const key of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(key);
        if (value) element.setAttribute(key, value.replace(new RegExp(`\\b${name}-\\d+-`, "g"), `${name}-${index}-`));
      }
    }
    const drop = row.querySelector("[name='drop']");
    drop.value = `${name}-${index}`;
    drop.setAttribute("aria-label", `${drop.textContent.trim()} ${index + 1}`);
  }
}

function empty(row) {
  for (const field of row.querySelectorAll("input, textarea")) field.value = "";
  for (const field of row.querySelectorAll("select")) field.selectedIndex = 0;
  for (const wrong of row.querySelectorAll(".wrong")) wrong.remove();
  for (const field of row.querySelectorAll(".is-invalid")) {
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

function changed(rows) {
  renumber(rows);
  rows.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const rows of document.querySelectorAll("[data-rows]")) {
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[name='add'], [name='drop']");
    if (!button) return;
    event.preventDefault();
    const all = [...rows.querySelectorAll("[data-row]")];
    if (button.name === "add") {
      const row = all.at(-1).cloneNode(true);
      empty(row);
      all.at(-1).after(row);
      changed(rows);
      row.querySelector("input, select, textarea").focus();
    } else {
      const row = button.closest("[data-row]");
      if (all.length === 1) empty(row);
      else row.remove();
      changed(rows);
      rows.querySelector("[data-row] input, [data-row] select").focus();
    }
  });
}

const number = (text) => Number(text.normalize("NFKC").replace(/[,\s]/g, "")) || 0;

for (const place of document.querySelectorAll("[data-sum]")) {
  const form = place.closest("form");
  const add = () => {
    const fields = [...form.querySelectorAll(`[name$='-${place.dataset.sum}']`)];
    const sum = fields.reduce((total, field) => total + number(field.value), 0);
    const missing = Number(place.dataset.short) - sum;
    const values = { sum: sum.toLocaleString("en"), missing: Math.max(missing, 0).toLocaleString("en") };
    place.textContent = say(missing > 0 ? "sumShort" : "sumCovers", values);
    place.dataset.tone = missing > 0 ? "soon" : "done";
  };
  form.addEventListener("input", add);
  add();
}
