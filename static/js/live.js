// A form that only asks (GET) and shows its answer on the same page: it is asked again as one ticks and types.
// <form data-live>: every element with data-live-part and an id is drawn anew from the answer, and the address follows.
// A tick with data-not="ID" takes the tick of that other box away.
const PAUSE = 150;

for (const form of document.querySelectorAll("form[data-live]")) {
  let timer = null;
  let running = null;

  async function draw() {
    running?.abort();
    const mine = (running = new AbortController());
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const address = `${form.action.split("?")[0]}?${asked}`;
    const parts = document.querySelectorAll("[data-live-part]");
    for (const part of parts) part.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: mine.signal });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts) {
        const found = fresh.getElementById(part.id);
        if (found) part.replaceChildren(...found.childNodes);
      }
      history.replaceState(history.state, "", address);
    } catch {
      // What is shown stays; the button of the form asks again.
    } finally {
      if (running === mine) for (const part of parts) part.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("input", (event) => {
    const other = event.target.checked && document.getElementById(event.target.dataset.not);
    if (other) other.checked = false;
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
}
