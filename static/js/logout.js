/* Before somebody logs out: deletes the text that forms kept in this browser for this person, unless the person
   ticks the box, which is shown only if there is such text. */
(() => {
  "use strict";
  function kept(form) {
    const prefix = `impact:${form.dataset.logOut}:`;
    try { return Object.keys(localStorage).filter((key) => key.startsWith(prefix)); } catch { return []; }
  }

  function offer() {
    for (const form of document.querySelectorAll("form[data-log-out]")) {
      form.querySelector("[data-keep-text]").hidden = kept(form).length === 0;
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.logOut === undefined || form.elements.keep.checked) return;
    for (const key of kept(form)) localStorage.removeItem(key);
  });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", offer);
  else offer();
  // The page may have been left open, or come back from the browser's memory, while text was kept elsewhere.
  addEventListener("pageshow", offer);
  addEventListener("storage", offer);
})();
