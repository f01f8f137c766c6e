/* Saves a section while one types, says so, and keeps the text here when network or log-in are gone.
   Where others rely on what is saved (data-keep), it is only kept here until somebody presses Save. */
(() => {
  "use strict";
  const WAIT = 1500;
  const RETRY = 15000;
  const box = document.querySelector("[data-autosave-for]");
  const form = box?.querySelector("form[data-autosave]");
  const state = box?.querySelector("[data-save-state]");
  if (!form || !state) return;
  // The person is part of the key: nobody else on this machine is offered the text.
  const key = `impact:${box.dataset.person}:${box.dataset.autosaveFor}`;
  const HIDDEN = new Set(["csrfmiddlewaretoken", "base", "nonce", "opened"]);
  const { keep } = box.dataset;
  // The 24-hour clock and the day before the month, as the server writes them.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  let timer, button, isPressed = false, running = false, again = false, isDirty = false, edits = 0;

  const say = (text, kind) => { state.textContent = text; state.dataset.state = kind; };
  const typed = () => [...new FormData(form)].filter(([name]) => !HIDDEN.has(name));
  const base = () => form.elements.base?.value;

  function keepHere({ isSent = false, pairs = typed() } = {}) {
    const copy = { at: Date.now(), base: base(), isSent, typed: pairs };
    try { localStorage.setItem(key, JSON.stringify(copy)); } catch { /* full or forbidden */ }
  }
  function forget() {
    try { localStorage.removeItem(key); } catch { /* forbidden */ }
  }

  async function save() {
    if (running) { again = true; return; }
    running = true;
    again = false;
    const sent = edits;
    say(state.dataset.saving, "saving");
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST", body: new FormData(form), redirect: "manual", headers: { "X-Autosave": "1" },
      });
      // A redirect leads to the log-in; 403 means that the log-in, and its token, are of another person.
      if (answer.type === "opaqueredirect" || answer.status === 403) throw new Error(box.dataset.lost);
      if (!answer.ok) throw new Error(state.dataset.failed);
      const told = await answer.json();
      if (told.base) form.elements.base.value = told.base;
      const time = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
      const words = told.state === "saved" ? `${state.dataset.saved} ${time}.` : "";
      // What was typed while this was on its way is not saved yet, and must not be forgotten.
      const isLatest = sent === edits && !again;
      if (told.state === "saved" && !isLatest) say(box.dataset.leave, "waiting");
      else say([words, told.text, told.note].filter(Boolean).join(" "), told.state === "saved" ? "saved" : "failed");
      if (told.state === "saved" && isLatest) {
        isDirty = false;
        // What needs another look is not saved: it stays here.
        if (!told.text) forget();
      }
    } catch (error) {
      keepHere();
      say(error.message === box.dataset.lost ? box.dataset.lost : state.dataset.failed, "failed");
      clearTimeout(timer);
      timer = setTimeout(save, RETRY);
    }
    running = false;
    if (isPressed) return form.requestSubmit(button);
    if (again) save();
  }

  function later(event) {
    if (event.target.closest(".regions-search")) return;
    edits += 1;
    keepHere();
    soon();
  }

  function soon() {
    isDirty = true;
    clearTimeout(timer);
    if (keep) return say(keep, "waiting");
    say(box.dataset.leave, "waiting");
    timer = setTimeout(save, WAIT);
  }

  function offer() {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(key)); } catch { return; }
    if (!kept) return;
    // Sent by a button, and what is saved has changed since: it arrived.
    if (kept.isSent && kept.base !== base()) return forget();
    // The page was drawn anew with all of it, with one row more for example; it is not saved yet.
    if (kept.isSent && isOnPage(kept.typed)) return soon();
    if (JSON.stringify(kept.typed) === JSON.stringify(typed())) return forget();
    const notice = document.createElement("div");
    const words = document.createElement("p");
    const back = document.createElement("button");
    const drop = document.createElement("button");
    const at = new Date(kept.at).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    notice.className = "notice warning form-width";
    notice.setAttribute("role", "status");
    words.textContent = `${box.dataset.offer} ${at}`;
    Object.assign(back, { type: "button", className: "button small", textContent: box.dataset.restore });
    Object.assign(drop, { type: "button", className: "button secondary small", textContent: box.dataset.discard });
    back.addEventListener("click", () => { notice.remove(); hasRoomFor(kept.typed) ? restore(kept.typed) : redraw(kept.typed); });
    drop.addEventListener("click", () => { forget(); notice.remove(); });
    notice.append(words, back, " ", drop);
    box.prepend(notice);
  }

  function isOnPage(pairs) {
    const now = new Set(typed().map((pair) => JSON.stringify(pair)));
    return pairs.every((pair) => pair[0].endsWith("_FORMS") || now.has(JSON.stringify(pair)));
  }

  const hasRoomFor = (pairs) => pairs.every(([name]) => form.elements[name]);

  /* Rows that the page does not have are drawn by the server, as if one pressed "add a row". */
  function redraw(pairs) {
    const page = form.cloneNode(false);
    const own = [...new FormData(form)].filter(([name]) => HIDDEN.has(name));
    for (const [name, value] of [...own, ...pairs, ["add_row", ""]]) {
      page.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    keepHere({ isSent: true, pairs });
    document.body.append(page);
    HTMLFormElement.prototype.submit.call(page);
  }

  function restore(pairs) {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || HIDDEN.has(field.name) || field.type === "hidden" || field.type === "submit") continue;
      const given = values.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
      else if (values.has(field.name)) field.value = given[0];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  offer();
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => {
    // Two saves at once would look like two people.
    if (running) {
      event.preventDefault();
      isPressed = true;
      button = event.submitter;
      return;
    }
    if (isDirty) keepHere({ isSent: true });
    isDirty = false;
    clearTimeout(timer);
  });
  addEventListener("online", () => { if (isDirty && !keep) save(); });
  addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
})();
