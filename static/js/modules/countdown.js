// components/countdown.html: shows the time left each second, says it aloud only at 10, 5 and 1 minutes.
// Another module sends "countdown:sync" with {remainingMs} whenever the server has said how much is left;
// this one sends "countdown:extended" when that is clearly more than was left, "countdown:end" once, when nothing is
// left, and "countdown:changed" when it wants to know: whoever prevents that asks the server himself. All bubble.

import {
  crossedThreshold, formatRemaining, isSoon, remainingAt, startAt, untilNextText, wasExtended,
} from "../lib/countdown.js";
import { TimeWatch } from "../lib/time-watch.js";

// Whoever waits longer for the last word could lose what may still be stored.
const PATIENCE = 2000;

export default function countdown(element) {
  const value = element.querySelector("[role=timer]");
  const note = element.querySelector("[data-part=note]");
  const announcement = element.querySelector("[data-part=announcement]");
  let sync = startAt(Number(element.dataset.remainingMs), performance.now());
  let shown = sync.remainingMs;
  let timer;
  const { ownUrl, syncUrl, watchUrl } = element.dataset;
  const watch = watchUrl && new TimeWatch({
    look,
    ask: changed,
    isSeen: () => !document.hidden,
    timers: { set: (act, delay) => setTimeout(act, delay) },
    now: () => performance.now(),
    random: Math.random,
  });

  function show() {
    clearTimeout(timer);
    const left = remainingAt(sync, performance.now());
    value.textContent = formatRemaining(left);
    element.classList.toggle("countdown--soon", isSoon(left));
    const minutes = crossedThreshold(shown, left);
    if (minutes) announcement.textContent = element.dataset.announce.replace("{n}", minutes);
    if (left === 0 && shown > 0) hearLastWord();
    else say(isSoon(left) && left > 0 ? element.dataset.soon : left > 0 ? "" : element.dataset.ended);
    shown = left;
    const wait = untilNextText(left);
    if (wait !== null) timer = setTimeout(show, wait);
  }

  function say(text) {
    note.textContent = text;
    note.hidden = !text;
  }

  // More time may have been given since the server was heard. Without a connection, what is known counts.
  async function hearLastWord() {
    await hearNews(AbortSignal.timeout(PATIENCE)).catch(() => {});
    if (remainingAt(sync, performance.now()) === 0) end();
  }

  async function hearNews(signal) {
    if (watch && (await watch.hasNews(signal))) await ask(ownUrl, signal);
  }

  function end() {
    say(element.dataset.ended);
    announcement.textContent = element.dataset.ended;
    element.dispatchEvent(new CustomEvent("countdown:end", { bubbles: true }));
  }

  /** What everybody may know comes without a cookie: caches answer then. */
  async function look(signal) {
    const response = await fetch(watchUrl, { credentials: "omit", headers: { Accept: "application/json" }, signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()).version;
  }

  function changed() {
    const event = new CustomEvent("countdown:changed", { bubbles: true, cancelable: true });
    if (element.dispatchEvent(event)) ask(ownUrl).catch(() => {}); // the watch sees the same change again
  }

  async function ask(url, signal) {
    const response = await fetch(url, { headers: { Accept: "application/json" }, signal });
    if (response.ok) hear((await response.json()).remaining_ms);
  }

  function hear(remainingMs) {
    if (!Number.isFinite(remainingMs)) return;
    const now = performance.now();
    if (wasExtended(sync, remainingMs, now)) element.dispatchEvent(new CustomEvent("countdown:extended", { bubbles: true }));
    sync = startAt(remainingMs, now);
    watch?.heard();
    show();
  }

  element.addEventListener("countdown:sync", (event) => hear(event.detail.remainingMs));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    show();
    // The monotonic clock may stand still while a phone sleeps. Without a connection it goes on from what it knows.
    if (syncUrl) ask(syncUrl).catch(() => {});
  });
  show();
}
