// Finding Vietnamese names whatever accents are typed; the same rule as `fold` in quizapp/text.py.

/** Lower case, no marks, đ as d, ’ as ', blanks collapsed: "Đắk  Pơ" and "dak po" are equal. */
export function fold(text) {
  return text
    .toLowerCase()
    .replace(/[\u2019\u2018\u02bc]/g, "'")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[đð]/g, "d")
    .replace(/\s+/g, " ")
    .trim();
}

/** True when each word of `query` begins a word of `text`. */
export function matches(text, query) {
  const words = fold(text).split(/[\s,()-]+/);
  return fold(query).split(" ").every((wanted) => words.some((word) => word.startsWith(wanted)));
}
