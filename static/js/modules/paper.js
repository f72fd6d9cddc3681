// play/paper.html: sends each choice when it is made, keeps the page's words about it true, and submits at the end of
// the time. Without it the page is a plain form.

import { attemptApi, itemsOf } from "../lib/attempt-api.js";
import { Journal, storageOf } from "../lib/journal.js";
import { PaperView } from "../lib/paper-view.js";
import { PREDICTION, SaveQueue } from "../lib/save-queue.js";
import { Saver } from "../lib/saver.js";

// Everybody's time may end in the same second: the submissions are spread over two.
const SPREAD = 2000;

export default function paper(root) {
  const form = root.querySelector("form");
  const countdown = root.querySelector("[data-module=countdown]");
  const { attempt, done } = root.dataset;
  const view = new PaperView(root);
  const api = attemptApi(root.dataset.api, form.elements.csrf_token.value);
  const journal = new Journal(storageOf("localStorage"), attempt);
  const flags = storageOf("sessionStorage");
  const flagsName = `flags:${attempt}`;
  const queue = new SaveQueue(view.stored(), Number(form.elements.rev.value));
  const saver = new Saver({
    queue,
    journal,
    send: api.save,
    submit: api.submit,
    timers: { set: (act, delay) => setTimeout(act, delay), clear: (timer) => clearTimeout(timer) },
    random: Math.random,
    listener: { changed: update, told: heed, replaced, refused },
  });
  let ended = false;
  let sentOnLeaving = 0;
  let goingOn = false;

  function update() {
    // The form keeps the script's revision, so that sending it plainly is never taken for an old page.
    form.elements.rev.value = queue.rev;
    view.showStates((key) => queue.stateOf(key));
    const [kind, text] = saving();
    view.showSaving(kind, text);
    view.say(text, kind === "trouble");
    view.notice("paper-unknown", saver.stopped === "unknown");
    if (!queue.unsent.length) view.notice("paper-waiting", false);
    if (saver.stopped === "closed" || saver.stopped === "submitted") window.location.replace(done);
  }

  function saving() {
    if (saver.trouble && ended) return ["trouble", view.text("EndedOffline")];
    if (saver.trouble) return ["trouble", view.text(saver.trouble === "offline" ? "Offline" : "Failing")];
    if (saver.stopped === "unknown") return ["trouble", view.text("Unknown")];
    if (ended) return ["saving", view.text("Ended")];
    if (queue.unsent.length) return ["saving", view.text("Saving")];
    return ["saved", view.text("Saved", { saved: queue.saved, total: view.total })];
  }

  function heed({ remaining_ms: remainingMs }) {
    countdown?.dispatchEvent(new CustomEvent("countdown:sync", { detail: { remainingMs } }));
  }

  function replaced(items) {
    for (const item of items) view.show(item);
    const numbers = view.numbers(items);
    if (numbers) view.notice("paper-replaced", true, view.text("Replaced", { numbers }));
    update();
  }

  function refused(item, body) {
    if (item.key === PREDICTION) view.showGuessError(body.title);
    else view.show({ key: item.key, value: queue.valueOf(item.key) ?? [] });
  }

  function guess() {
    const typed = view.prediction.value.trim();
    view.showGuessError("");
    if (!typed) view.prediction.value = queue.valueOf(PREDICTION) ?? "";
    else if (typed !== queue.valueOf(PREDICTION)) saver.choose(PREDICTION, typed);
  }

  // What another device has stored meanwhile, and how much time is left: a sleeping page knows neither.
  async function refresh() {
    saver.wake();
    const { status, body } = await api.read();
    if (status !== 200) return;
    if (body.state !== "open") window.location.replace(done);
    replaced(itemsOf(body).filter((item) => queue.hear(item)));
    heed(body);
  }

  function leave() {
    if (saver.stopped || !queue.unsent.length || sentOnLeaving === queue.rev) return;
    sentOnLeaving = queue.rev;
    api.saveOnLeaving(queue.unsent);
  }

  async function end() {
    if (ended) return;
    if (view.prediction) guess();
    ended = true;
    view.lock();
    update();
    await saver.flush();
    await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD));
    await saver.finish();
    update();
  }

  async function send(event) {
    if (goingOn) return;
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("[name=then][value=review]");
    if (view.prediction) guess();
    if (!(await saver.flush())) view.notice("paper-waiting", !saver.stopped);
    else if (button.value === "review") {
      goingOn = true;
      setTimeout(() => button.click()); // while this event is under way, the browser ignores another
    }
  }

  root.addEventListener("change", ({ target }) => {
    if (target === view.prediction) guess();
    else if (target.name.startsWith("flag-")) {
      flags?.setItem(flagsName, JSON.stringify(view.flags));
      update();
    } else if (view.choiceAt(target)) {
      view.notice("paper-replaced", false);
      saver.choose(...view.choiceAt(target));
    }
  });
  root.addEventListener("click", ({ target }) => {
    const link = target.closest(".question-map a");
    if (link) view.focusAt(link);
  });
  root.addEventListener("countdown:end", end);
  root.addEventListener("countdown:extended", () => view.notice("paper-extended", true));
  window.addEventListener("online", () => saver.wake());
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", ({ persisted }) => {
    goingOn = false;
    if (persisted) refresh();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : refresh()));
  window.addEventListener("storage", ({ key, newValue }) => {
    const item = journal.parse(key, newValue); // another tab of this paper
    if (!item || !queue.adopt(item)) return;
    replaced([item]);
    saver.wake(); // nothing is called stored before this page has heard so itself
  });

  const early = view.chosenEarly();
  if (flags?.getItem(flagsName)) view.flags = JSON.parse(flags.getItem(flagsName));
  for (const item of journal.list()) {
    if (queue.adopt(item)) view.show(item);
    else journal.remove(item);
  }
  for (const [key, value] of early) {
    view.show({ key, value });
    saver.choose(key, value);
  }
  saver.wake();
  update();
  // Last: had anything above failed, the page would still be a plain form.
  form.addEventListener("submit", send);
  root.dataset.ready = "";
  if (countdown?.dataset.remainingMs === "0") end();
}
