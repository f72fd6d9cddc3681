// The page's side of service-worker.js.

/**
 * Let the worker keep the paper at this address, with the files that it has loaded. Resolves true once it is kept; false
 * where workers are not allowed (no https) or the paper could not be had again.
 */
export async function keepOffline(workerUrl, attempt) {
  if (!(await registerWorker(workerUrl))) return false;
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => port1.addEventListener("message", ({ data }) => resolve(data)));
  port1.start();
  active.postMessage({ attempt, page: location.origin + location.pathname, files: ownFiles() }, [port2]);
  return answer;
}

// The only text that becomes a script's address, and it must be the worker's; anything else throws.
const policy = globalThis.trustedTypes?.createPolicy("paper-worker", {
  createScriptURL(address) {
    const { origin, pathname } = new URL(address, location.origin);
    if (origin !== location.origin || !pathname.endsWith("/bai-thi/service-worker.js")) throw new TypeError(address);
    return address;
  },
});

/** Have the worker ready before a paper is opened: it then keeps the paper as it comes, and nobody asks for it twice. */
export async function registerWorker(workerUrl) {
  // The address of the script does not change, and its answer says how long it may be kept.
  const address = policy?.createScriptURL(workerUrl) ?? workerUrl;
  return (await navigator.serviceWorker?.register(address, { updateViaCache: "all" }).catch(() => null)) ?? null;
}

function ownFiles() {
  const names = performance.getEntriesByType("resource").map(({ name }) => name.replace(/#.*/, ""));
  const files = names.filter((name) => /^\/(static|hinh)\//.test(name.replace(location.origin, "")));
  return [...new Set(files)];
}
