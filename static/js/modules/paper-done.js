// play/submitted.html: forgets the paper's copy, tells the other tabs, and sends what this browser could not send in time:
// the server keeps it as evidence, and says so when the page is loaded again.

import { attemptApi, itemsOf } from "../lib/attempt-api.js";
import { openDevice } from "../lib/device.js";
import { openJournal, storageOf } from "../lib/journal.js";
import { forgetCopy } from "../lib/paper-copy.js";
import { SaveQueue } from "../lib/save-queue.js";
import { Saver } from "../lib/saver.js";
import { nextDelay } from "../lib/schedule.js";
import { openTabs } from "../lib/tabs.js";

const INTERVAL = 2000;

export default async function paperDone(element) {
  const { attempt, owner, api: address, token } = element.dataset;
  const device = await openDevice();
  forgetCopy(device, globalThis.caches, owner, attempt);
  storageOf("sessionStorage")?.removeItem(`flags:${attempt}`);
  const tabs = openTabs(`paper:${owner}:${attempt}`, () => {});
  tabs.tell({ over: true });
  tabs.close();

  const api = attemptApi(address, token);
  const queue = new SaveQueue();
  const journal = await openJournal({ device, storage: storageOf("localStorage") }, owner, attempt);
  const saver = new Saver({
    queue,
    journal,
    send: api.save,
    submit: api.submit,
    timers: { set: (act, delay) => setTimeout(act, delay), clear: (timer) => clearTimeout(timer) },
    random: Math.random,
    listener: { changed: update, told() {}, stored() {}, replaced() {}, refused() {} },
  });

  function update() {
    if (saver.late && saver.stopped) window.location.reload();
    else show(queue.unsent.length === 0 ? null : saver.stopped ? "refused" : "waiting");
  }

  /** The notice of that data-part; null for none. */
  function show(shown) {
    for (const part of element.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== shown;
    element.hidden = shown === null;
  }

  // What was stored while its acknowledgement got lost did not come too late.
  async function withoutStored(items) {
    for (let failures = 1; ; failures += 1) {
      const { status, body, retryAfterMs } = await api.read();
      if (status === 200) return afterHearing(items, itemsOf(body));
      if (status !== 0 && status < 500 && status !== 429) return [];
      const delay = nextDelay({ intervalMs: INTERVAL, failures, retryAfterMs, random: Math.random() });
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }

  function afterHearing(items, stored) {
    const revs = new Map(stored.map(({ key, rev }) => [key, rev]));
    const known = items.filter(({ key, rev }) => rev <= revs.get(key));
    journal.remove(known);
    return items.filter((item) => !known.includes(item));
  }

  const written = await journal.list();
  if (!written.length) return;
  show("waiting");
  for (const item of await withoutStored(written)) queue.adopt(item);
  window.addEventListener("online", () => saver.wake());
  saver.wake();
  update();
}
