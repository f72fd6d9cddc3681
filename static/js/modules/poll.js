// components/board.html, polled(): keeps a partial fresh. The server ends it with the header X-Poll-Stop or with
// data-stop in the partial; the page asks nothing while it is hidden.

import { loadPartial } from "../lib/partial.js";
import { nextDelay, retryAfter } from "../lib/schedule.js";

export default function poll(element) {
  const content = element.querySelector("[data-part=content]");
  const trouble = element.querySelector("[data-part=trouble]");
  const intervalMs = Number(element.dataset.seconds) * 1000;
  let etag = null;
  let failures = 0;
  let stopped = Boolean(content.querySelector("[data-stop]"));
  let timer;

  async function ask() {
    let retryAfterMs = 0;
    try {
      const { status, header, nodes } = await loadPartial(element.dataset.url, etag);
      retryAfterMs = retryAfter(header("Retry-After"));
      if (status !== 304 && status !== 200) throw new Error(`status ${status}`);
      failures = 0;
      stopped = header("X-Poll-Stop") !== null;
      if (status !== 304) show(nodes, header("ETag"));
    } catch {
      failures += 1;
    }
    trouble.hidden = failures < 2;
    if (!stopped) plan(nextDelay({ intervalMs, failures, retryAfterMs, random: Math.random() }));
  }

  function show(nodes, tag) {
    // Somebody is working inside it: what stands stays until the next time.
    if (content.contains(document.activeElement)) return;
    content.replaceChildren(...nodes);
    etag = tag;
    stopped ||= Boolean(content.querySelector("[data-stop]"));
  }

  function plan(delay) {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, delay);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else if (!stopped) plan(nextDelay({ intervalMs: 1000, random: Math.random() }));
  });
  if (!stopped) plan(nextDelay({ intervalMs, random: Math.random() }));
}
