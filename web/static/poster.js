// The poster's print button, which works only with JavaScript and is hidden without it.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => window.print());
