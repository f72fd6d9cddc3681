// components/board.html, polled(): keeps a partial fresh. The server ends it with the header X-Poll-Stop or with
// data-stop in the partial; the page asks nothing while it is hidden.

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
      const response = await fetch(element.dataset.url, { headers: etag ? { "If-None-Match": etag } : {} });
      retryAfterMs = retryAfter(response.headers.get("Retry-After"));
      if (response.status !== 304 && !response.ok) throw new Error(`status ${response.status}`);
      failures = 0;
      stopped = response.headers.has("X-Poll-Stop");
      if (response.status !== 304) show(await response.text(), response.headers.get("ETag"));
    } catch {
      failures += 1;
    }
    trouble.hidden = failures < 2;
    if (!stopped) plan(nextDelay({ intervalMs, failures, retryAfterMs, random: Math.random() }));
  }

  function show(html, tag) {
    // Somebody is working inside it: what stands stays until the next time.
    if (content.contains(document.activeElement)) return;
    content.innerHTML = html;
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
