/* Uploads files from the page of a section, without leaving it; the buttons stay for those without JavaScript. What is
   typed is saved first, as it may be what asks for the file. */
(() => {
  "use strict";
  const ANSWER_MS = 120000;

  function start(box) {
    const input = box.querySelector("[data-choose] input");
    if (!input) return;
    const form = box.closest("form");
    const list = box.querySelector("[data-files-list]");
    const state = box.querySelector("[data-upload-state]");
    const words = input.dataset;
    const waiting = [];
    let isBusy = false;

    function show() {
      const add = list.querySelector("[data-add]");
      if (add) add.hidden = true;
      box.querySelector("[data-choose]").hidden = !add;
    }

    async function upload(file) {
      const stopped = new AbortController();
      const late = setTimeout(() => stopped.abort(), ANSWER_MS);
      const body = new FormData();
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.append("opened", form.elements.opened?.value ?? "");
      body.append("file", file);
      try {
        const answer = await fetch(words.uploadUrl, {
          method: "POST", body, redirect: "manual", headers: { "X-Upload": "1" }, signal: stopped.signal,
        });
        if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) return { text: words.lost };
        return answer.ok ? await answer.json() : { text: words.fault };
      } catch {
        return { text: words.notSent };
      } finally {
        clearTimeout(late);
      }
    }

    /* Files that are chosen meanwhile follow. */
    async function uploadAll() {
      const told = [];
      isBusy = true;
      box.setAttribute("aria-busy", "true");
      state.classList.remove("error");
      state.textContent = words.uploading;
      await window.impactAutosave?.save();
      while (waiting.length) {
        const file = waiting.shift();
        const answer = await upload(file);
        if (answer.html) list.innerHTML = answer.html;
        told.push({ ...answer, name: file.name });
      }
      isBusy = false;
      box.removeAttribute("aria-busy");
      show();
      tell(told);
      // Where the input went, as no more files are taken, the focus would be lost.
      if (box.querySelector("[data-choose]").hidden) box.focus();
      form.dispatchEvent(new Event("files"));
    }

    function tell(told) {
      const named = ({ html, name, text }) => (html || told.length < 2 ? text : `${name}: ${text}`);
      state.classList.toggle("error", told.some(({ html }) => !html));
      state.replaceChildren(...told.flatMap((answer) => [named(answer), document.createElement("br")]));
    }

    // A file is no typed text: it is not saved with the section.
    input.addEventListener("input", (event) => event.stopPropagation());
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      waiting.push(...input.files);
      // Chosen again, as after a failure, the same file is a change too.
      input.value = "";
      if (waiting.length && !isBusy) uploadAll();
    });
    addEventListener("beforeunload", (event) => { if (isBusy) event.preventDefault(); });
    show();
  }

  document.querySelectorAll("form [data-files]").forEach(start);
})();
