// The calls of /api/v1/attempts/{id} as the paper makes them. Every answer is {status, body, retryAfterMs}; status 0 and
// an empty body when none came.

import { PREDICTION } from "./save-queue.js";
import { retryAfter } from "./schedule.js";

const PATIENCE = 20_000;

/** `base`: the attempt's address; `token`: the page's, for writes. */
export function attemptApi(base, token) {
  async function call(method, path, body, options) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const response = await fetch(base + path, {
        method,
        headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
        body: body && JSON.stringify(body),
        signal: patience.signal,
        ...options,
      });
      const answer = await response.json().catch(() => ({}));
      return { status: response.status, body: answer, retryAfterMs: retryAfter(response.headers.get("Retry-After")) };
    } catch {
      return { status: 0, body: {}, retryAfterMs: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    read: () => call("GET", ""),
    save: async (items) => readable(await call("PUT", "/answers", batchOf(items))),
    submit: (lastRev) => call("POST", "/submission", { last_rev: lastRev }),
    /** For a page that is going away: nobody waits for the answer. */
    saveOnLeaving: (items) => void call("PUT", "/answers", batchOf(items), { keepalive: true, signal: undefined }),
  };
}

/** Items of an attempt as the API tells them: its answers and its guess. */
export function itemsOf({ answers = [], prediction = null }) {
  const items = answers.map(({ question, options, rev }) => ({ key: question, value: options, rev }));
  return prediction ? [...items, { key: PREDICTION, value: `${prediction.value}`, rev: prediction.rev }] : items;
}

function batchOf(items) {
  const guess = items.find((item) => item.key === PREDICTION);
  const choices = items.filter((item) => item !== guess);
  return {
    batch: choices.map(({ key, value, rev }) => ({ question: key, options: value, rev })),
    ...(guess && { prediction: { value: guess.value, rev: guess.rev } }),
  };
}

// What is stored of the guess comes back each time, in the server's own way of writing it.
function readable({ status, body, retryAfterMs }) {
  const stale = itemsOf({ answers: body.stale, prediction: body.prediction });
  return { status, body: status === 200 ? { ...body, stale } : body, retryAfterMs };
}
