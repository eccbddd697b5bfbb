// A row opens by a click anywhere in it; boxes choose many rows and say how many.
document.addEventListener("click", (event) => {
  if (event.target.matches("td.tick")) {
    event.target.querySelector("input").click();
    return;
  }
  const row = event.target.closest("tr[data-href], li[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, summary") || getSelection().toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
  else location.assign(row.dataset.href);
});

function count(scope) {
  const boxes = [...scope.querySelectorAll("[data-pick]")];
  const picked = boxes.filter((box) => box.checked).length;
  for (const place of scope.querySelectorAll("[data-picked]")) place.textContent = picked;
  for (const button of scope.querySelectorAll("[data-bulk] button")) button.disabled = picked === 0;
  const all = scope.querySelector("[data-pick-all]");
  if (all) {
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }
}

for (const bar of document.querySelectorAll("[data-bulk]")) {
  const scope = bar.closest("form") ?? document;
  let last = null;
  scope.addEventListener("change", (event) => {
    if (!event.target.matches("[data-pick-all]")) return count(scope);
    for (const box of scope.querySelectorAll("[data-pick]")) box.checked = event.target.checked;
    return count(scope);
  });
  scope.addEventListener("click", (event) => {
    if (!event.target.matches("[data-pick]")) return;
    const boxes = [...scope.querySelectorAll("[data-pick]")];
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    last = event.target;
    count(scope);
  });
  count(scope);
}
