// A part of a page from the server, parsed by the browser as a document of its own: no text becomes markup here, so the
// policy may forbid that everywhere (require-trusted-types-for), and no script in it would run.

/**
 * Ask for the part. Resolves {status, header(name), nodes}, or rejects when no answer came; `nodes` are to be put into
 * the page. With an `etag`, a 304 means that nothing has changed.
 */
export function loadPartial(url, etag = null) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    if (etag) request.setRequestHeader("If-None-Match", etag);
    request.addEventListener("load", () => {
      const nodes = [...(request.response?.body.childNodes ?? [])];
      resolve({ status: request.status, header: (name) => request.getResponseHeader(name), nodes });
    });
    request.addEventListener("error", () => reject(new Error("no answer")));
    request.send();
  });
}
