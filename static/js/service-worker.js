// Keeps the running paper usable without a connection. Served as /bai-thi/service-worker.js, so that it sees the pages of
// papers and nothing else. The page always comes from the network when there is one: the copy is for when there is none.
// A cache holds one paper, under its attempt's id; the pages forget it (lib/paper-copy.js).

const PAPER = /^\/bai-thi\/([\w-]+)(\/[\w-]+)?$/;
const CACHES = "paper:";
// Longer than a page takes on a slow line, shorter than people wait before they give up.
const PATIENCE = 12_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  const [, attempt, page] = PAPER.exec(url.pathname) ?? [];
  if (request.mode === "navigate" && attempt) {
    event.respondWith(page || request.method !== "GET" ? besides(request, attempt) : paper(event, attempt));
  } else if (/^\/(static|hinh)\//.test(url.pathname)) event.respondWith(unchanging(request));
});

// A page that came before this worker did asks for a copy, and names what it is made of.
self.addEventListener("message", (event) => {
  const { attempt, page, files } = event.data;
  const kept = keep(attempt, page, files).catch(() => false);
  event.waitUntil(kept.then((isKept) => event.ports[0].postMessage(isKept)));
});

/** The paper itself: the server's answer; the copy when none comes, or the server is in trouble. */
async function paper(event, attempt) {
  const { url } = event.request;
  const copy = await copyOf(attempt, url);
  const answer = await answerTo(event.request, copy ? PATIENCE : Infinity);
  if (answer?.status === 200) event.waitUntil(put(attempt, url, answer.clone()));
  else if (copy && (!answer || answer.status === 429 || answer.status >= 500)) return copy;
  // Over, or no longer this browser's.
  else if (answer) await caches.delete(CACHES + attempt);
  return answer ?? Response.error();
}

/** Looking through, submitting, the receipt: they need the server; without it the paper says how things stand. */
async function besides(request, attempt) {
  const home = `/bai-thi/${attempt}`;
  const answer = await answerTo(request, Infinity);
  return answer ?? ((await copyOf(attempt, home)) ? Response.redirect(home, 303) : Response.error());
}

/** Files whose address changes with their content. */
async function unchanging(request) {
  return (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

const copyOf = (attempt, page) => caches.match(page, { cacheName: CACHES + attempt, ignoreVary: true });

/** The answer to a request; null when none came in time. */
async function answerTo(request, patienceMs) {
  const asked = fetch(request).catch(() => null);
  if (patienceMs === Infinity) return asked;
  return Promise.race([asked, new Promise((resolve) => setTimeout(resolve, patienceMs, null))]);
}

async function keep(attempt, page, files) {
  const cache = await caches.open(CACHES + attempt);
  const has = (address) => cache.match(address, { ignoreVary: true });
  if (!(await has(page))) {
    const answer = await fetch(page);
    if (answer.status !== 200 || answer.redirected) return false;
    await put(attempt, page, answer);
  }
  const missing = await Promise.all(files.map(async (file) => !(await has(file)) && file));
  await cache.addAll(missing.filter(Boolean));
  return true;
}

/**
 * The copy of a page: marked, so that its script knows what it is; without the entry code, which opens the paper
 * elsewhere and has no business on the disk of a shared computer.
 */
async function put(attempt, page, answer) {
  const html = (await answer.text())
    .replace("<html", "<html data-offline-copy")
    .replace(/<details class="paper__elsewhere">[^]*?<\/details>/, "");
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // of the bytes that travelled
  const cache = await caches.open(CACHES + attempt);
  await cache.put(page, new Response(html, { headers }));
}
