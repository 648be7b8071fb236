// The embed: one script tag. It puts <saattaja-chat> on the page and loads the chat from where it came itself.
(() => {
  const script = document.currentScript;
  const start = () => {
    const present = document.querySelector("saattaja-chat");
    const element = present || document.createElement("saattaja-chat");
    if (!present) {
      for (const { name, value } of script.attributes) {
        if (name.startsWith("data-")) element.setAttribute(name, value);
      }
      document.body.append(element);
    }
    window.saattaja = element;
    // Beside this script when it is served as /widget.js or as /static/widget.js.
    import(new URL(script.src.replace(/(static\/)?widget\.js.*$/, "static/chat.js"), location.href).href).catch((error) => {
      element.dispatchEvent(new CustomEvent("saattaja:error", { bubbles: true, composed: true }));
      console.error("saattaja: the chat could not be loaded; see docs/widget.md for the CSP it needs.", error);
    });
  };
  // Not before the page is read to its end: an element of its own may stand there.
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
