// components/table.html: says that there is more to the right, and only then lets the keyboard scroll the table.

export default function tableBox(element) {
  const scroll = element.querySelector("[data-part=scroll]");
  const hint = element.querySelector("[data-part=hint]");
  const named = scroll.getAttribute("aria-labelledby");

  function look() {
    const overflows = scroll.scrollWidth > scroll.clientWidth + 1;
    hint.hidden = !overflows;
    if (overflows) {
      scroll.tabIndex = 0;
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-labelledby", named);
    } else {
      for (const name of ["tabindex", "role", "aria-labelledby"]) scroll.removeAttribute(name);
    }
  }

  new ResizeObserver(look).observe(scroll);
}
