// Where a paper can be started: gets the worker ready that keeps it (lib/offline.js).

import { registerWorker } from "../lib/offline.js";

export default function paperAhead(element) {
  const register = () => registerWorker(element.dataset.worker);
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}
