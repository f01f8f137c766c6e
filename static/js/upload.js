/* Stores a file the moment it is chosen; the button stays for those without JavaScript. */
(() => {
  "use strict";
  const form = document.querySelector("[data-upload] form");
  const file = form?.elements.file;
  if (!file) return;
  const kinds = [...form.elements.kind];
  const send = () => {
    if (!file.files.length || !kinds.some((kind) => kind.checked)) return;
    form.setAttribute("aria-busy", "true");
    form.requestSubmit();
  };
  file.addEventListener("change", send);
  kinds.forEach((kind) => kind.addEventListener("change", send));
})();
