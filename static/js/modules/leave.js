// Leaving a shared computer: the next person finds no paper of this one. What was never sent stays in its owner's journal,
// which is opened for nobody else.

import { openDevice } from "../lib/device.js";
import { forgetCopies } from "../lib/paper-copy.js";

const PATIENCE = 1500;

export default function leave(element) {
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    const forgotten = openDevice().then((device) => forgetCopies(device, globalThis.caches));
    await Promise.race([forgotten.catch(() => {}), late]);
    event.target.submit();
  });
}
