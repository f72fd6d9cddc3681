// components/button.html, print_button(): opens the print window.

export default function print(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
