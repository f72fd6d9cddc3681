// components/area-picker.html: one select for each level instead of one long list. The children of what was chosen come
// from the API; the deepest choice is what the form sends. If the first list cannot be had, the plain select stays.

import { matches } from "../lib/search.js";

const MANY = 12; // from here on a list gets a box that narrows it

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function fill(select, areas, prompt) {
  const kept = select.value;
  select.replaceChildren(new Option(prompt, ""), ...areas.map((area) => new Option(area.name, area.code)));
  if (areas.some((area) => area.code === kept)) select.value = kept;
}

export default async function areaPicker(element) {
  const text = element.dataset;
  const plain = element.querySelector("select");
  const labels = [element.querySelector("label").firstChild.textContent.trim(), ...text.levelLabels.split("|")];
  const path = text.path.split(" ").filter(Boolean);
  const boxes = make("div", { className: "stack stack--tight" });
  const sent = make("input", { type: "hidden", name: plain.name });
  const status = make("p", { className: "field__hint" });
  status.setAttribute("role", "status");
  const levels = []; // {parent, areas, box, select}, from the top
  let asked = 0;

  async function children(parent) {
    const query = new URLSearchParams({ tree: text.tree, parent });
    const response = await fetch(`${text.url}?${query}`, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }

  async function open(parent) {
    asked += 1;
    const mine = asked;
    const areas = await children(parent);
    if (mine !== asked) return; // another choice was made meanwhile
    const depth = levels.length;
    const select = make("select", { className: "field__input", id: depth ? `${plain.id}-${depth}` : plain.id });
    const box = make("div", {});
    const level = { parent, areas, box, select };
    fill(select, areas, text.textChoose);
    if (depth) box.append(make("label", { className: "field__label", htmlFor: select.id, textContent: labels[depth] ?? "" }));
    else copyState(select);
    if (areas.length > MANY) box.append(filterBox(level, labels[depth] ?? ""));
    box.append(select);
    select.addEventListener("change", () => choose(level));
    levels.push(level);
    boxes.append(box);
  }

  function copyState(select) {
    for (const name of ["aria-describedby", "aria-invalid", "required"]) {
      if (plain.hasAttribute(name)) select.setAttribute(name, plain.getAttribute(name));
    }
  }

  function filterBox({ areas, select }, label) {
    const input = make("input", { type: "search", className: "field__input", autocomplete: "off" });
    input.placeholder = text.textFilter;
    input.setAttribute("aria-label", `${label}: ${text.textFilter}`);
    input.addEventListener("input", () => {
      const found = areas.filter((area) => matches(area.name, input.value));
      fill(select, areas.filter((area) => area.code === select.value || found.includes(area)), text.textChoose);
      status.textContent = text.textFound.replace("{n}", found.length);
    });
    return input;
  }

  /** Keep what `level` says now and open the level below it; an empty choice means the one above. */
  async function choose(level) {
    const depth = levels.indexOf(level);
    for (const below of levels.splice(depth + 1)) below.box.remove();
    const code = level.select.value;
    sent.value = code || (depth ? level.parent : "");
    status.textContent = "";
    asked += 1;
    if (!level.areas.find((area) => area.code === code)?.has_children) return;
    try {
      await open(code);
    } catch {
      level.select.value = "";
      sent.value = depth ? level.parent : "";
      status.textContent = text.textFailed;
    }
  }

  const before = plain.value;
  await open(text.parent);
  if (plain.value !== before) return; // somebody was quicker than the network: the choice stays
  plain.replaceWith(boxes);
  element.append(sent, status);
  for (const [depth, code] of path.entries()) {
    const level = levels[depth];
    if (!level?.areas.some((area) => area.code === code)) break;
    level.select.value = code;
    await choose(level);
  }
}
