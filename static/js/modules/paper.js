// play/paper.html: writes each choice down on the device, sends it, keeps the page's words about it true, and submits at
// the end of the time. Without it the page is a plain form.

import { attemptApi, itemsOf } from "../lib/attempt-api.js";
import { openDevice } from "../lib/device.js";
import { openJournal, storageOf } from "../lib/journal.js";
import { keepOffline } from "../lib/offline.js";
import { forgetCopies, keepCopy, readCopy, remainingByCopy } from "../lib/paper-copy.js";
import { PaperView } from "../lib/paper-view.js";
import { PREDICTION, SaveQueue } from "../lib/save-queue.js";
import { Saver } from "../lib/saver.js";
import { openTabs } from "../lib/tabs.js";
import { SleepWatch } from "../lib/wake.js";

// Everybody's time may end in the same second: the submissions are spread over two.
const SPREAD = 2000;
// The copy is made when the first rush is over.
const COPY_SPREAD = 10_000;
const TICK = 5000;
// So long nothing was heard of the server: has the paper been closed or given time elsewhere?
const SILENCE = 60_000;
// A try that fails once is no news yet.
const TROUBLE = 2;

export default async function paper(root) {
  const { attempt, owner, done, worker } = root.dataset;
  const device = await openDevice();
  const journal = await openJournal({ device, storage: storageOf("localStorage") }, owner, attempt);
  const written = await journal.list();
  const isCopy = "offlineCopy" in document.documentElement.dataset;
  const copy = isCopy ? await readCopy(device, owner, attempt) : null;

  const form = root.querySelector("form");
  const countdown = root.querySelector("[data-module=countdown]");
  const view = new PaperView(root);
  const api = attemptApi(root.dataset.api, form.elements.csrf_token.value);
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
    listener: { changed: update, told: heed, stored: (items) => tabs.tell({ stored: items }), replaced, refused },
  });
  const tabs = openTabs(`paper:${owner}:${attempt}`, hearTab);
  const sleep = new SleepWatch(() => performance.now(), () => Date.now());
  const silence = SILENCE * (1 + Math.random() / 4);
  let heardAt = performance.now();
  let unheard = isCopy; // what the page says of the time and of what is stored is not the server's word yet
  let ended = false;
  let sentOnLeaving = 0;
  let goingOn = false;
  let asked = false; // the way on was wanted while something could not be sent

  function update() {
    // The form keeps the script's revision, so that sending it plainly is never taken for an old page.
    form.elements.rev.value = queue.rev;
    view.showStates((key) => queue.stateOf(key));
    const [kind, text] = saving();
    const toDo = kind === "trouble" && !saver.stopped ? view.text(advice()) : "";
    asked &&= queue.unsent.length > 0;
    view.showSaving(kind, text);
    view.say(toDo || text, kind === "trouble");
    view.notice("paper-waiting", toDo && (asked || ended || saver.failures >= TROUBLE), toDo);
    view.notice("paper-unkept", !journal.keeps);
    view.notice("paper-copy", unheard);
    view.notice("paper-unknown", saver.stopped === "unknown");
    if (saver.stopped === "unknown" && isCopy) window.location.reload();
    if (saver.stopped === "closed" || saver.stopped === "submitted") leaveFor(saver.late ? "#den-muon" : "");
  }

  /** What to do while something waits. */
  function advice() {
    if (ended) return "KeepEnded";
    if (!journal.keeps) return "KeepOpen";
    return asked ? "KeepAsked" : "Keep";
  }

  function saving() {
    const unsent = queue.unsent.length;
    if (ended && (saver.trouble || unheard)) return ["trouble", view.text("EndedOffline")];
    if (saver.trouble) return ["trouble", view.text(saver.trouble === "offline" ? "Offline" : "Failing", { unsent })];
    if (saver.stopped === "unknown") return ["trouble", view.text("Unknown")];
    if (ended) return ["saving", view.text("Ended")];
    if (unsent) return ["saving", view.text("Saving")];
    return ["saved", view.text("Saved", { saved: queue.saved, total: view.total })];
  }

  function leaveFor(place = "") {
    window.location.replace(done + place);
  }

  /** The server's word about the time, which comes with every answer. */
  function heed({ remaining_ms: remainingMs }) {
    heardAt = performance.now();
    countdown?.dispatchEvent(new CustomEvent("countdown:sync", { detail: { remainingMs } }));
    unheard = false;
    remember(remainingMs);
  }

  function remember(remainingMs) {
    keepCopy(device, owner, attempt, { items: queue.stored, remainingMs, atMs: Date.now() });
  }

  function extended() {
    if (!unheard) view.notice("paper-extended", true);
    if (!ended) return;
    ended = false;
    view.lock(false);
    update();
  }

  function replaced(items) {
    for (const item of items) view.show(item);
    const numbers = view.numbers(items);
    if (numbers && !unheard) view.notice("paper-replaced", true, view.text("Replaced", { numbers }));
    update();
  }

  function refused(item, body) {
    if (item.key === PREDICTION) view.showGuessError(body.title);
    else view.show({ key: item.key, value: queue.valueOf(item.key) ?? [] });
  }

  function choose(key, value) {
    tabs.tell({ choice: saver.choose(key, value) });
  }

  function guess() {
    const typed = view.prediction.value.trim();
    view.showGuessError("");
    if (!typed) view.prediction.value = queue.valueOf(PREDICTION) ?? "";
    else if (typed !== queue.valueOf(PREDICTION)) choose(PREDICTION, typed);
  }

  function hearTab({ choice, stored, over }) {
    if (over) refresh();
    if (choice && queue.adopt(choice)) {
      view.show(choice);
      saver.wakeLater();
    }
    for (const item of stored ?? []) if (queue.hear(item)) view.show(item);
    update();
  }

  // What another device has stored meanwhile, and how much time is left: a sleeping page knows neither.
  async function refresh() {
    saver.wake();
    const { status, body } = await api.read();
    if ([401, 403, 404].includes(status) && isCopy) window.location.reload();
    if (status !== 200) return;
    // A paper that is over gets its last words from the saver, which may have something to send still.
    if (body.state !== "open" && !queue.unsent.length) leaveFor();
    replaced(itemsOf(body).filter((item) => queue.hear(item)));
    if (body.state === "open") heed(body);
    else saver.wake();
  }

  function tick() {
    if (document.hidden || saver.stopped) return;
    if (sleep.hasParted()) refresh();
    else if (!ended && performance.now() - heardAt > silence) {
      heardAt = performance.now();
      saver.ask();
    }
  }

  function sendOnLeaving() {
    if (saver.stopped || !queue.unsent.length || sentOnLeaving === queue.rev) return;
    sentOnLeaving = queue.rev;
    api.saveOnLeaving(queue.unsent);
  }

  /** Over by this page's clock; what a copy says of the time, the server has to confirm first. */
  async function isOver() {
    if (unheard) await refresh();
    return unheard ? null : ended;
  }

  async function end() {
    if (ended) return;
    if (view.prediction) guess();
    ended = true;
    view.lock(true);
    update();
    await saver.flush();
    await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD));
    await saver.finish(isOver);
    update();
  }

  async function send(event) {
    if (goingOn) return;
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("[name=then][value=review]");
    if (view.prediction) guess();
    if (await saver.flush()) {
      if (button.value !== "review") return;
      goingOn = true;
      setTimeout(() => button.click()); // while this event is under way, the browser ignores another
    } else if (!saver.stopped) {
      asked = true;
      update();
    }
  }

  function listen() {
    root.addEventListener("change", ({ target }) => {
      if (target === view.prediction) guess();
      else if (target.name.startsWith("flag-")) {
        flags?.setItem(flagsName, JSON.stringify(view.flags));
        update();
      } else if (view.choiceAt(target)) {
        view.notice("paper-replaced", false);
        choose(...view.choiceAt(target));
      }
    });
    root.addEventListener("click", ({ target }) => {
      const link = target.closest(".question-map a");
      if (link) view.focusAt(link);
    });
    root.addEventListener("countdown:end", end);
    root.addEventListener("countdown:extended", extended);
    root.addEventListener("countdown:changed", (event) => {
      event.preventDefault();
      saver.ask(); // with a save of nothing, which costs the server less than to tell the whole paper
    });
    window.addEventListener("online", () => refresh());
    window.addEventListener("pagehide", () => {
      tabs.close();
      sendOnLeaving();
    });
    window.addEventListener("pageshow", ({ persisted }) => {
      goingOn = false;
      tabs.reopen();
      if (persisted) refresh();
    });
    document.addEventListener("visibilitychange", () => (document.hidden ? sendOnLeaving() : refresh()));
    setInterval(tick, TICK);
    // Last: had anything above failed, the page would still be a plain form.
    form.addEventListener("submit", send);
    root.dataset.ready = "";
  }

  /** The page as the device knows it: what was acknowledged after a copy was made, and what never was. */
  function recall() {
    const early = view.chosenEarly();
    if (flags?.getItem(flagsName)) view.flags = JSON.parse(flags.getItem(flagsName));
    for (const item of copy?.items ?? []) if (queue.hear(item)) view.show(item);
    const news = written.filter((item) => queue.adopt(item));
    news.forEach((item) => view.show(item));
    journal.remove(written.filter((item) => !news.includes(item)));
    for (const [key, value] of early) {
      view.show({ key, value });
      choose(key, value);
    }
  }

  /** Set the clock: the page's own time is the server's, a copy's is reckoned on. */
  function setClock() {
    if (!countdown) return;
    const known = copy?.remainingMs ?? Number(countdown.dataset.remainingMs);
    const remainingMs = copy ? remainingByCopy(copy, Date.now()) : known;
    if (!isCopy) remember(Math.max(0, known - performance.now()));
    else {
      countdown.dataset.remainingMs = remainingMs;
      countdown.dispatchEvent(new CustomEvent("countdown:sync", { detail: { remainingMs } }));
    }
    if (remainingMs === 0) end();
  }

  async function keep() {
    if (await keepOffline(worker, attempt)) root.dataset.offline = "";
  }

  recall();
  listen();
  saver.wake();
  update();
  setClock();
  if (isCopy) refresh();
  // On a shared computer, others' papers go.
  forgetCopies(device, globalThis.caches, attempt);
  setTimeout(keep, Math.random() * COPY_SPREAD);
}
