/* Stores a file as soon as it is chosen and its kind, where that is asked, is ticked; the button stays for those without JavaScript. */
(() => {
  "use strict";
  const box = document.querySelector("[data-upload]");
  const form = box?.querySelector("form");
  const file = form?.elements.file;
  if (!file || !window.impactKept) return;
  const kinds = [...(form.elements.kind ?? [])];
  const state = document.createElement("p");
  state.className = "upload-state";
  state.setAttribute("role", "status");
  file.after(state);
  let isSending = false;

  function send() {
    if (isSending || !file.files.length) return;
    if (!kinds.length || kinds.some((kind) => kind.checked)) return form.requestSubmit();
    state.textContent = box.dataset.choose;
  }
  function stand(words) {
    isSending = false;
    form.removeAttribute("aria-busy");
    state.textContent = words;
  }

  file.addEventListener("change", send);
  kinds.forEach((kind) => kind.addEventListener("change", send));
  // A second press would stop the first, and what came of it would never be seen.
  form.addEventListener("submit", (event) => { if (isSending) event.preventDefault(); });
  window.impactKept.guard(form, {
    refuse: () => stand(box.dataset.notSent),
    send() {
      isSending = true;
      form.setAttribute("aria-busy", "true");
      state.textContent = box.dataset.uploading;
    },
  });
  addEventListener("pageshow", (event) => { if (event.persisted) stand(""); });
  addEventListener("beforeunload", (event) => { if (file.files.length && !isSending) event.preventDefault(); });
})();
