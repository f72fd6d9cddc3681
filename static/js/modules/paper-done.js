// play/submitted.html: clears what this browser kept for the paper, and says so when something in it was never confirmed.

import { Journal, storageOf } from "../lib/journal.js";

export default function paperDone(element) {
  const { attempt } = element.dataset;
  const journal = new Journal(storageOf("localStorage"), attempt);
  element.hidden = journal.list().length === 0;
  journal.clear();
  storageOf("sessionStorage")?.removeItem(`flags:${attempt}`);
}
