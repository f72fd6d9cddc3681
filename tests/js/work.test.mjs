import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { firstWord, solve } from "../../static/js/lib/work.js";

const sha256 = (text) => createHash("sha256").update(text).digest();

test("the hash is SHA-256 for every length of one block", () => {
  for (let length = 0; length <= 55; length += 1) {
    const text = "Aa0:.-_~".repeat(7).slice(0, length);
    assert.equal(firstWord(text), sha256(text).readInt32BE(0), text);
  }
});

test("what is found is what the server asks for", async () => {
  const challenge = "1747641600.abcdefgh.0123456789abcdef0123";
  const numbers = (await solve(challenge, 16, 10)).split(",");
  assert.equal(numbers.length, 16);
  for (const [piece, number] of numbers.entries()) {
    assert.equal(sha256(`${challenge}:${piece}:${number}`).readUInt32BE(0) >>> 22, 0);
  }
});
