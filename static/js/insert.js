// The fields of a letter template: a button puts its field where the cursor stood last; without a script the server
// puts it at the end of the text that is chosen in the list.
for (const list of document.querySelectorAll("[data-insert]")) {
  const form = list.closest("form");
  const chosen = list.querySelector("select");
  const places = [...chosen.options].map((option) => option.value);
  const takes = (field) => places.includes(field.name) || /^requests-\d+-(text|who)$/.test(field.name ?? "");
  let last = null;

  form.addEventListener("focusin", (event) => {
    if (!takes(event.target)) return;
    last = event.target;
    if (places.includes(last.name)) chosen.value = last.name;
  });
  chosen.addEventListener("change", () => (last = null));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[name='insert']");
    if (!button) return;
    event.preventDefault();
    const field = last?.isConnected ? last : form.elements[chosen.value];
    field.setRangeText(`{${button.value}}`, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
