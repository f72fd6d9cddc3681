import assert from "node:assert/strict";
import test from "node:test";

import { fold, matches } from "../../static/js/lib/search.js";

test("accents, case, đ, quotes and blanks do not matter", () => {
  assert.equal(fold("  Đắk   Pơ "), "dak po");
  assert.equal(fold("Ia H’Drai"), fold("ia h'drai"));
  assert.equal(fold("Hòa"), fold("Hoà"));
  assert.equal(fold("Y\u0306".normalize("NFD")), "y");
});

test("each typed word begins a word of the name", () => {
  assert.ok(matches("Thị trấn Kông Chro", "kong chr"));
  assert.ok(matches("Phường Hội Thương", "thuong hoi"));
  assert.ok(matches("Huyện Đak Pơ", ""));
  assert.ok(!matches("Huyện Đak Pơ", "ak"));
  assert.ok(!matches("Huyện Đak Pơ", "dak doa"));
});
