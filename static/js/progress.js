// Follows a running job: the address answers {done, total, state, words, url}; at the end the page goes to url.
import { say } from "./words.js";

const EVERY = 1000;
const ENDED = ["done", "dead"];

async function follow(line) {
  const bar = line.querySelector("progress");
  const place = line.querySelector("[data-progress-words]");
  try {
    const answer = await fetch(line.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const job = await answer.json();
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    }
    place.textContent = job.words || say("doneOf", { done: job.done ?? 0, total: job.total ?? "…" });
    if (ENDED.includes(job.state)) {
      if (job.url) location.assign(job.url);
      else location.reload();
      return;
    }
  } catch {
    place.textContent = say("notKept");
  }
  setTimeout(() => follow(line), EVERY);
}

for (const line of document.querySelectorAll("[data-progress]")) follow(line);
