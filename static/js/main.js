// The one script of every page: an element with data-module="name" gets modules/name.js. Every page works without it.

import { MODULES } from "./lib/modules.js";

async function start(element, name) {
  const { default: enhance } = await import(`./modules/${name}.js`);
  await enhance(element);
}

for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ").filter((name) => MODULES.has(name))) {
    start(element, name).catch((error) => console.error(`module ${name}`, error));
  }
}
