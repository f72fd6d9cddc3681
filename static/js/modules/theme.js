// layouts/base.html: the switch between light and dark. The choice is a cookie, so that the server writes it into the
// next page and nothing flashes; without a choice the device decides. Over HTTPS its name begins with __Host-, and a browser
// takes it only when it is Secure.

const YEAR = 365 * 24 * 60 * 60;

export default function theme(button) {
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const name = button.dataset.cookie;
  const secure = name.startsWith("__Host-") ? "; Secure" : "";
  const label = button.querySelector("[data-part=label]");

  function show() {
    const current = root.dataset.theme ?? (device.matches ? "dark" : "light");
    const next = current === "dark" ? "light" : "dark";
    button.dataset.next = next;
    label.textContent = next === "dark" ? button.dataset.textDark : button.dataset.textLight;
  }

  button.addEventListener("click", () => {
    root.dataset.theme = button.dataset.next;
    document.cookie = `${name}=${root.dataset.theme}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
    show();
  });
  device.addEventListener("change", show);
  show();
  button.hidden = false;
}
