import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { MODULES } from "../../static/js/lib/modules.js";

const folder = new URL("../../static/js/modules/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".js"));

test("the list of modules and the folder of modules agree", () => {
  assert.deepEqual([...MODULES].sort(), files.map((name) => name.replace(".js", "")).sort());
});

test("the countdown never asks the device's wall clock", () => {
  for (const path of ["../../static/js/modules/countdown.js", "../../static/js/lib/countdown.js"]) {
    assert.doesNotMatch(readFileSync(new URL(path, import.meta.url), "utf8"), /\bDate\b/, path);
  }
});
