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

    async function uploadAll(files) {
      const told = [];
      let isRefused = false;
      isBusy = true;
      box.setAttribute("aria-busy", "true");
      state.classList.remove("error");
      state.textContent = words.uploading;
      await window.impactAutosave?.save();
      for (const file of files) {
        const answer = await upload(file);
        if (answer.html) list.innerHTML = answer.html;
        else isRefused = true;
        told.push(answer.html || files.length < 2 ? answer.text : `${file.name}: ${answer.text}`);
      }
      isBusy = false;
      box.removeAttribute("aria-busy");
      input.value = "";
      show();
      state.classList.toggle("error", isRefused);
      state.replaceChildren(...told.flatMap((text) => [text, document.createElement("br")]));
      // Where the input went, as no more files are taken, the focus would be lost.
      if (box.querySelector("[data-choose]").hidden) box.focus();
      form.dispatchEvent(new Event("files"));
    }

    // A file is no typed text: it is not saved with the section.
    input.addEventListener("input", (event) => event.stopPropagation());
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      if (input.files.length && !isBusy) uploadAll([...input.files]);
    });
    addEventListener("beforeunload", (event) => { if (isBusy) event.preventDefault(); });
    show();
  }

  document.querySelectorAll("form [data-files]").forEach(start);
})();
