/* Repairs of the admin theme for keyboards and screen readers: landmarks, names, and buttons that are none. */
(() => {
  "use strict";
  const PRESSABLE = "[x-on\\:click]:not(a[href], button, input, select, textarea, summary)";

  const words = () => document.getElementById("admin-words").dataset;

  function nameOf(element) {
    const icon = element.querySelector(".material-symbols-outlined") || element;
    if (icon.textContent.trim() === "dock_to_right") return words().menu;
    if (icon.textContent.trim() === "more_horiz") return words().more;
    return element.title || "";
  }

  function makePressable(element) {
    const shown = [...element.children].some((child) => child.matches(PRESSABLE));
    if (shown || element.matches("body, html, form, [x-teleport]") || element.hasAttribute("tabindex")) return;
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    const name = nameOf(element);
    if (name) element.setAttribute("aria-label", name);
    element.addEventListener("keydown", (event) => {
      if (event.target !== element || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      element.click();
    });
  }

  function repair() {
    document.getElementById("main")?.setAttribute("role", "main");
    document.querySelectorAll(".material-symbols-outlined:not([x-on\\:click])").forEach((icon) => {
      icon.setAttribute("aria-hidden", "true");
    });
    document.querySelectorAll("a:not([aria-label]):has(> .material-symbols-outlined:only-child)").forEach((link) => {
      if (link.textContent.trim() === link.firstElementChild.textContent.trim()) {
        link.setAttribute("aria-label", link.title || words().home);
      }
    });
    document.getElementById("searchbar-submit")?.setAttribute("aria-label", words().search);
    document.querySelectorAll(PRESSABLE).forEach(makePressable);
  }

  document.addEventListener("DOMContentLoaded", repair);
})();
