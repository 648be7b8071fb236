// The example's host page: calls the widget's methods and lists its events, as a host page would.
const EVENTS = ["ready", "open", "close", "message", "services"];
const MOST_LINES = 50;
const log = document.getElementById("log");

for (const name of EVENTS) {
  document.addEventListener(`saattaja:${name}`, (event) => {
    const line = document.createElement("p");
    const detail = event.detail ? ` ${JSON.stringify(event.detail)}` : "";
    line.textContent = `${new Date().toLocaleTimeString("fi")} saattaja:${name}${detail}`;
    log.append(line);
    while (log.children.length > MOST_LINES) log.firstChild.remove();
    log.scrollTop = log.scrollHeight;
  });
}

for (const button of document.querySelectorAll("[data-method]")) {
  button.addEventListener("click", () => {
    const { method, argument } = button.dataset;
    window.saattaja?.[method](...(argument === undefined ? [] : [argument]));
  });
}
