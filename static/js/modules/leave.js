// Leaving a shared computer: the next person finds no paper of this one. What was never sent stays in its owner's journal,
// which is opened for nobody else. The server hears how much that is: when it is nothing, it has the browser forget all
// that this site has stored.

import { openDevice } from "../lib/device.js";
import { countUnsent, storageOf } from "../lib/journal.js";
import { forgetCopies } from "../lib/paper-copy.js";

const PATIENCE = 1500;

export default function leave(element) {
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
    const unsent = await Promise.race([forget().catch(() => null), late]);
    if (unsent !== null) form.append(hidden("unsent", unsent));
    form.submit();
  });
}

/** Forget the copies of papers; how many choices wait in journals, whoever they belong to. */
async function forget() {
  const device = await openDevice();
  await forgetCopies(device, globalThis.caches);
  return countUnsent({ device, storage: storageOf("localStorage") });
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value: String(value) });
}
