// What the pages of one paper in one browser tell each other: {choice: item}, {stored: items}, {over: true}. A browser
// without the channel hears the same from the server, later.

/** `hear(message)` gets what the others tell; `name` is the paper's alone. */
export function openTabs(name, hear) {
  let channel = null;

  function open() {
    channel = globalThis.BroadcastChannel ? new BroadcastChannel(name) : null;
    channel?.addEventListener("message", ({ data }) => hear(data));
  }

  open();
  return {
    tell: (message) => channel?.postMessage(message),
    /** A page with an open channel is not kept for the back button by some browsers. */
    close() {
      channel?.close();
      channel = null;
    },
    reopen: () => channel ?? open(),
  };
}
