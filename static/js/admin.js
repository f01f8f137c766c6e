/* Repairs of the admin theme for keyboards and screen readers: landmarks, names, and buttons that are none. */
(() => {
  "use strict";
  const PRESSABLE = "[x-on\\:click]:not(a[href], button, input, select, textarea, summary)";

  const words = () => document.getElementById("admin-words").dataset;

  function nameOf(element) {
    const icon = element.querySelector(".material-symbols-outlined") || element;
    if (icon.textContent.trim() === "dock_to_right") return words().menu;
    if (["more_horiz", "more_vert"].includes(icon.textContent.trim())) return words().more;
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

  /* A list that is searched while one types: the theme's script leaves its parts without the name of the field. */
  function nameSearchedList(select) {
    const parts = select.nextElementSibling;
    const name = (select.labels[0]?.textContent || select.getAttribute("aria-label") || "").replace("*", "").trim();
    const box = parts?.querySelector(".select2-selection");
    if (!name || !box) return;
    box.setAttribute("aria-label", name);
    parts.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
    const chosen = parts.querySelector(".select2-selection--single .select2-selection__rendered");
    if (!chosen) return;
    // What is chosen is no field to write in.
    chosen.removeAttribute("role");
    chosen.removeAttribute("aria-readonly");
    box.id ||= `${select.id}-box`;
    box.setAttribute("aria-labelledby", `${box.id} ${chosen.id}`);
  }

  const nameSearchedLists = () => document.querySelectorAll("select.select2-hidden-accessible").forEach(nameSearchedList);

  function nameOpenedList(event) {
    const opened = event.target.closest?.(".select2-dropdown");
    if (!opened) return;
    opened.querySelector(".select2-search__field")?.setAttribute("aria-label", words().search);
    opened.querySelector(".select2-results__options")?.setAttribute("aria-label", words().search);
  }

  /* Says above a table that it is wider than what is shown of it; the table itself is reached by Tab. */
  function saySideways(scroller) {
    const said = scroller.previousElementSibling?.matches(".staff-sideways") ? scroller.previousElementSibling : null;
    // The theme's own bar keeps the table in a box of its own.
    const box = scroller.querySelector(".simplebar-content-wrapper") || scroller;
    const isWider = box.scrollWidth > box.clientWidth + 1;
    if (said) said.hidden = !isWider;
    if (said || !isWider) return;
    const text = document.createElement("p");
    text.className = "staff-sideways";
    text.textContent = words().sideways;
    scroller.before(text);
  }

  function watchWidths() {
    const watcher = new ResizeObserver((seen) => seen.forEach((entry) => saySideways(entry.target)));
    document.querySelectorAll(".staff-scroll, [data-simplebar]:has(table)").forEach((scroller) => watcher.observe(scroller));
  }

  /* The theme copies a file's name into a field beside it, and throws where there is none. */
  function keepFromCopying(input) {
    if (!input.parentNode.parentNode.parentNode.querySelector("input[type=text]")) input.hasChangeListener = true;
  }

  /* The theme looks at the colours of the system when a page is loaded; evening comes later. */
  function followTheSystem() {
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      const theme = window.Alpine?.$data(document.documentElement);
      if (theme?.adminTheme !== "auto") return;
      // Alpine binds the class anew only for a value that was set; in between nothing is drawn.
      theme.adminTheme = "";
      theme.adminTheme = "auto";
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
    // Its sign to clear all is text between the items of a list, and for the mouse alone.
    document.querySelectorAll("select[multiple].admin-autocomplete").forEach((select) => {
      select.dataset.allowClear = "false";
    });
    // After the theme's own, which waits for the same moment.
    window.django?.jQuery?.(nameSearchedLists);
    document.querySelectorAll("input[type=file]").forEach(keepFromCopying);
    watchWidths();
  }

  /* The browser gives the focus before the theme shows the page, and then to nothing. */
  function focusAsAsked() {
    if (document.activeElement === document.body) document.querySelector("#main [autofocus]")?.focus();
  }

  document.addEventListener("DOMContentLoaded", repair);
  window.addEventListener("load", focusAsAsked);
  followTheSystem();
  document.addEventListener("formset:added", () => setTimeout(nameSearchedLists));
  document.addEventListener("focusin", nameOpenedList);
})();
