// The names that data-module may hold; each has its file in modules/. An import by a name out of the page needs a list.

export const MODULES = new Set([
  "area-picker",
  "copy",
  "countdown",
  "error-summary",
  "leave",
  "paper",
  "paper-ahead",
  "paper-deadline",
  "paper-done",
  "poll",
  "print",
  "table-box",
  "theme",
  "work",
]);
