// components/form.html: brings the list of errors into view, and a link of it to the field it names.

export default function errorSummary(element) {
  element.focus();
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}
