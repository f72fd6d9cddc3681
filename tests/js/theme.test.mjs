import assert from "node:assert/strict";
import test from "node:test";

import theme from "../../static/js/modules/theme.js";

function chosen(name) {
  let click;
  const button = {
    dataset: { cookie: name, textDark: "Nền tối", textLight: "Nền sáng" },
    querySelector: () => ({}),
    addEventListener: (_, listener) => { click = listener; },
  };
  globalThis.document = { documentElement: { dataset: {} } };
  globalThis.window = { matchMedia: () => ({ matches: false, addEventListener() {} }) };
  theme(button);
  click();
  return document.cookie;
}

test("over plain HTTP the choice of colours is an ordinary cookie", () => {
  assert.equal(chosen("theme"), "theme=dark; Path=/; Max-Age=31536000; SameSite=Lax");
});

test("over HTTPS it is bound to it: a browser takes a __Host- name with Secure and Path=/ alone", () => {
  assert.equal(chosen("__Host-theme"), "__Host-theme=dark; Path=/; Max-Age=31536000; SameSite=Lax; Secure");
});
