// play/entered.html: a button that copies the text of another element; not shown where the browser cannot.

export default function copy(element) {
  if (!navigator.clipboard) return;
  const button = element.querySelector("button");
  const said = element.querySelector("[role=status]");
  const source = document.getElementById(element.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    said.textContent = element.dataset.textDone;
  });
}
