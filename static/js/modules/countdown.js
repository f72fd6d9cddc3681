// components/countdown.html: shows the time left each second, says it aloud only at 10, 5 and 1 minutes.
// Another module sends "countdown:sync" with {remainingMs} whenever the server has said how much is left;
// this one sends "countdown:end" (bubbling) once, when nothing is left.

import { crossedThreshold, formatRemaining, isSoon, remainingAt, startAt, untilNextText } from "../lib/countdown.js";

export default function countdown(element) {
  const value = element.querySelector("[role=timer]");
  const note = element.querySelector("[data-part=note]");
  const announcement = element.querySelector("[data-part=announcement]");
  let sync = startAt(Number(element.dataset.remainingMs), performance.now());
  let shown = sync.remainingMs;
  let timer;

  function show() {
    clearTimeout(timer);
    const left = remainingAt(sync, performance.now());
    value.textContent = formatRemaining(left);
    element.classList.toggle("countdown--soon", isSoon(left));
    const minutes = crossedThreshold(shown, left);
    if (minutes) announcement.textContent = element.dataset.announce.replace("{n}", minutes);
    if (left === 0 && shown > 0) end();
    else say(isSoon(left) && left > 0 ? element.dataset.soon : left > 0 ? "" : element.dataset.ended);
    shown = left;
    const wait = untilNextText(left);
    if (wait !== null) timer = setTimeout(show, wait);
  }

  function say(text) {
    note.textContent = text;
    note.hidden = !text;
  }

  function end() {
    say(element.dataset.ended);
    announcement.textContent = element.dataset.ended;
    element.dispatchEvent(new CustomEvent("countdown:end", { bubbles: true }));
  }

  // The monotonic clock may stand still while a phone sleeps: ask the server on waking.
  async function ask() {
    const response = await fetch(element.dataset.syncUrl, { headers: { Accept: "application/json" } });
    if (response.ok) hear((await response.json()).remaining_ms);
  }

  function hear(remainingMs) {
    if (!Number.isFinite(remainingMs)) return;
    sync = startAt(remainingMs, performance.now());
    show();
  }

  element.addEventListener("countdown:sync", (event) => hear(event.detail.remainingMs));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    show();
    if (element.dataset.syncUrl) ask().catch(() => {}); // no connection: the clock goes on from what it knows
  });
  show();
}
