// The paper's page as the script reads and changes it: choices, flags, the map of questions, the words about saving.

import { PREDICTION } from "./save-queue.js";

const QUIET = 3000;
const SELDOM = 20_000;

export class PaperView {
  #root;
  #questions = new Map(); // ref -> fieldset

  constructor(root) {
    this.#root = root;
    this.prediction = root.querySelector("[name=prediction]");
    this.say = announcer(root.querySelector("[data-part=announcement]"));
    for (const element of root.querySelectorAll("[data-question]")) this.#questions.set(element.dataset.question, element);
  }

  get total() {
    return this.#questions.size;
  }

  /** The sentence of a `data-text-…` attribute, filled in. */
  text(name, values = {}) {
    return this.#root.dataset[`text${name}`].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }

  /** What the server had stored when it made the page. */
  stored() {
    const items = [...this.#questions].map(([key, element]) => ({
      key,
      value: picked(element, "defaultChecked"),
      rev: Number(element.dataset.rev),
    }));
    const rev = Number(this.#root.dataset.predictionRev);
    if (this.prediction) items.push({ key: PREDICTION, value: this.prediction.defaultValue, rev });
    return items.filter((item) => item.rev > 0);
  }

  /** [key, value] of what was chosen or typed before this script came: on a slow line people are faster. */
  chosenEarly() {
    const early = [...this.#questions]
      .map(([key, element]) => [key, picked(element), picked(element, "defaultChecked")])
      .filter(([, now, before]) => `${now}` !== `${before}`);
    const typed = this.prediction?.value.trim();
    if (typed && typed !== this.prediction.defaultValue) early.push([PREDICTION, typed]);
    return early;
  }

  /** The ref and the value of the question around an input; null for an input of no question. */
  choiceAt(input) {
    const element = input.closest("[data-question]");
    return element && [element.dataset.question, picked(element)];
  }

  /** Put a value on the page that was not chosen here; a guess that is being typed is left alone. */
  show({ key, value }) {
    if (key === PREDICTION && this.prediction !== document.activeElement) this.prediction.value = value;
    for (const input of choices(this.#questions.get(key))) input.checked = value.includes(input.value);
  }

  /** The numbers of the items' questions, for a sentence about them. */
  numbers(items) {
    return items.map(({ key }) => this.#questions.get(key)).filter(Boolean).map(numberOf).join(", ");
  }

  /** `stateOf(key)`: "saved", "unsaved" or "". */
  showStates(stateOf) {
    for (const [key, element] of this.#questions) {
      this.#showState(element.querySelector("[data-part=saved]"), stateOf(key));
      this.#showInMap(numberOf(element), picked(element).length > 0);
    }
    if (this.prediction) this.#showState(this.#root.querySelector("[data-part=prediction-saved]"), stateOf(PREDICTION));
  }

  /** The line about saving; `kind`: saved | saving | trouble. */
  showSaving(kind, text) {
    const line = this.#root.querySelector("[data-part=saving]");
    line.dataset.state = kind;
    setText(line.querySelector("span"), text);
  }

  /** Show or hide a notice of the bar, by its id; `text` replaces its sentence. */
  notice(id, shown, text) {
    const element = this.#root.querySelector(`#${id}`);
    if (text) setText(element.querySelector("p"), text);
    element.hidden = !shown;
  }

  /** A refused guess stays as typed, with the server's sentence; "" takes the sentence away. */
  showGuessError(sentence) {
    const element = this.#root.querySelector("[data-part=prediction-error]");
    element.hidden = !sentence;
    element.textContent = sentence;
    this.prediction.toggleAttribute("aria-invalid", Boolean(sentence));
  }

  /** Names of the flags that are set. */
  get flags() {
    return [...this.#root.querySelectorAll("[name^=flag-]:checked")].map((input) => input.name);
  }

  set flags(names) {
    for (const input of this.#root.querySelectorAll("[name^=flag-]")) input.checked = names.includes(input.name);
  }

  /** Whether things can be chosen and sent. */
  lock(isLocked) {
    for (const element of this.#root.querySelectorAll("fieldset, button, #prediction")) element.disabled = isLocked;
  }

  /** Go on with the keyboard at the question to which a link of the map leads. */
  focusAt(link) {
    const [first, ...others] = choices(this.#root.querySelector(link.hash));
    const input = others.find((other) => other.checked) ?? first;
    // After the browser's own jump, which ends with the focus on nothing.
    setTimeout(() => input.focus({ preventScroll: true }));
  }

  #showState(element, state) {
    element.dataset.savedState = state;
    setText(element.querySelector("span"), state && this.text(state === "saved" ? "SavedOne" : "UnsavedOne"));
  }

  #showInMap(number, answered) {
    const link = this.#root.querySelector(`.question-map [href="#q-${number}"]`);
    const flagged = this.#root.querySelector(`[name=flag-${number}]`).checked;
    link.classList.toggle("question-map__link--answered", answered);
    link.classList.toggle("question-map__link--flagged", flagged);
    const words = [answered ? "Answered" : "Unanswered", ...(flagged ? ["Flagged"] : [])];
    setText(link.lastElementChild, words.map((word) => `, ${this.text(word)}`).join(""));
  }
}

const numberOf = (element) => element.id.slice("q-".length);
const choices = (element) => element?.querySelectorAll("[name^=q-]") ?? [];

function picked(element, property = "checked") {
  return [...choices(element)].filter((input) => input[property]).map((input) => input.value).sort();
}

// An unchanged text is not written anew: some screen readers would say it again.
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Says a sentence aloud after a pause in the changes, and the like of it seldom; what is urgent at once. */
function announcer(element) {
  let timer;
  let saidAt = -Infinity;
  return (text, urgent) => {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        saidAt = performance.now();
        setText(element, text);
      },
      urgent ? 0 : Math.max(QUIET, saidAt + SELDOM - performance.now()),
    );
  };
}
