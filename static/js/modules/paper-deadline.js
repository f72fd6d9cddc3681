// play/review.html: submits the paper when its time ends while somebody is looking through it.

// Everybody's time may end in the same second: the submissions are spread over two.
const SPREAD = 2000;

export default function paperDeadline(element) {
  const form = element.querySelector("form");
  const submit = () => form.submit();
  document.addEventListener("countdown:end", () => {
    // Without a connection the page would be lost for an error page; time itself ends the paper anyway.
    if (navigator.onLine) setTimeout(submit, Math.random() * SPREAD);
    else window.addEventListener("online", submit);
  });
}
