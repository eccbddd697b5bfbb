// Beside a letter's form stand its pages; they are drawn again as one types, at most a second behind.
// <form data-preview="URL" data-preview-into="ID">: the form is posted there and the answer, HTML, replaces the content;
// with data-preview-now at once too, since the form shows more than the record has.
const PAUSE = 500;

for (const form of document.querySelectorAll("form[data-preview]")) {
  const place = document.getElementById(form.dataset.previewInto);
  let timer = null;
  let running = null;

  async function draw() {
    running?.abort();
    const mine = (running = new AbortController());
    place.setAttribute("aria-busy", "true");
    try {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(form.dataset.preview, { method: "POST", body, signal: mine.signal });
      if (!answer.ok) return;
      const top = place.scrollTop;
      place.innerHTML = await answer.text();
      place.scrollTop = top;
    } catch {
      // The pages shown before stay; the next key stroke tries again.
    } finally {
      if (running === mine) place.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
  if ("previewNow" in form.dataset) draw();
}
