/* Saves a section while one types, says so, and keeps the text here when network or log-in are gone (kept.js).
   Where others rely on what is saved (data-keep), it is only kept here until somebody presses Save. */
(() => {
  "use strict";
  const WAIT = 1500;
  const RETRY = 15000;
  const ANSWER_MS = 30000;
  const box = document.querySelector("[data-autosave-for]");
  const form = box?.querySelector("form[data-autosave]");
  const state = box?.querySelector("[data-save-state]");
  const spoken = box?.querySelector("[data-save-spoken]");
  if (!form || !state || !window.impactKept) return;
  const { keeper, guard, isTypedIn, language, words } = window.impactKept;
  const kept = keeper(form, box.dataset.autosaveFor, { isWhole: true });
  const { keep } = box.dataset;
  let timer, button, latest, isPressed = false, running = false, again = false, isDirty = false, edits = 0;

  /* All of it is in sight; spoken is only what came of a save, and that once until something else comes of it.
     A press on a button leaves the field before it, which says something: the strip grows, but does not shrink, as
     the button would move away from under the press. */
  function say(text, kind, aloud = "") {
    state.style.minHeight = getComputedStyle(state).height;
    state.textContent = text;
    state.dataset.state = kind;
    if (aloud && spoken.textContent !== aloud) spoken.textContent = aloud;
  }
  const fail = (text) => say(text, "failed", text);

  /* Why an answer is none: a redirect leads to the log-in; 401 means that the page is of nobody who is logged in. */
  function whyNot(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) return words.lost;
    if ([403, 404, 410].includes(answer.status)) return words.gone;
    return answer.ok ? "" : words.fault;
  }

  async function send() {
    const stopped = new AbortController();
    const late = setTimeout(() => stopped.abort(), ANSWER_MS);
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST", body: new FormData(form), redirect: "manual", headers: { "X-Autosave": "1" }, signal: stopped.signal,
      });
      const why = whyNot(answer);
      return why ? { why } : { told: await answer.json() };
    } catch {
      return { why: words.failed };
    } finally {
      clearTimeout(late);
    }
  }

  function save() {
    again = running;
    if (!running) latest = run();
    return latest;
  }

  async function run() {
    running = true;
    again = false;
    const sent = edits;
    say(words.saving, "saving");
    const { told, why } = await send();
    if (told) tell(told, sent === edits && !again);
    else {
      kept.keep();
      fail(why);
      clearTimeout(timer);
      // Nothing to wait for where one has no right any more.
      if (why !== words.gone) timer = setTimeout(save, RETRY);
    }
    running = false;
    if (isPressed) { isPressed = false; return form.requestSubmit(button); }
    if (again) await save();
  }

  /* Marks what is not saved at its own field, too, until a later save takes it. */
  function mark(wrong) {
    form.querySelectorAll("[data-not-saved]").forEach((field) => {
      delete field.dataset.notSaved;
      field.removeAttribute("aria-invalid");
    });
    for (const field of wrong.map((id) => document.getElementById(id)).filter(Boolean)) {
      field.dataset.notSaved = "";
      field.setAttribute("aria-invalid", "true");
    }
  }

  /* `isLatest`: what was typed while this was on its way is not saved yet, and must not be forgotten. */
  function tell(told, isLatest) {
    if (told.base) form.elements.base.value = told.base;
    mark(told.wrong ?? []);
    if (told.state !== "saved") return fail(told.text);
    if (!isLatest) return say(words.leave, "waiting");
    const time = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    const rest = [told.text, told.note].filter(Boolean).join(" ");
    say(`${words.saved} ${time}. ${rest}`.trim(), told.text ? "failed" : "saved", `${words.saved}. ${rest}`.trim());
    // An answer that is not valid is not saved: it stays here, and whoever leaves is asked.
    isDirty = Boolean(told.text);
    if (!isDirty) kept.forget();
  }

  function later(event) {
    if (event.target.closest(".regions-search")) return;
    note();
    // Nobody who writes in a field is pressing a button.
    if (event.inputType) state.style.minHeight = "";
  }

  function note() {
    edits += 1;
    kept.keep();
    soon();
  }

  function soon() {
    isDirty = true;
    clearTimeout(timer);
    if (keep) return say(keep, "waiting", keep);
    say(words.leave, "waiting");
    timer = setTimeout(save, WAIT);
  }

  function offer() {
    const copy = kept.read();
    if (!copy) return;
    const isSaved = copy.base !== kept.base();
    if (kept.isShown(copy.typed)) {
      // What is wrong is not saved; it stays here until it is right.
      if (form.querySelector(".has-error, .error-summary, [aria-invalid=true]")) return kept.keep();
      // The page was drawn anew with all of it, with one row more for example; it is not saved yet.
      return copy.isSent && !isSaved ? soon() : kept.forget();
    }
    // The page asks which of two versions stays, and shows both.
    if (form.querySelector("[name^=choice-]")) return;
    // Sent by a button, and what is saved has changed since: it arrived.
    if (copy.isSent && isSaved) return kept.forget();
    kept.offer(copy, (pairs) => (hasRoomFor(pairs) ? kept.restore(pairs) : redraw(pairs)));
  }

  const hasRoomFor = (pairs) => pairs.every(([name]) => form.elements[name]);

  /* Rows that the page does not have are drawn by the server, as if one pressed "add a row". */
  function redraw(pairs) {
    const page = form.cloneNode(false);
    const given = new Set(kept.all().map(([name]) => name));
    const own = [...new FormData(form)].filter(([name, value]) => !given.has(name) && typeof value === "string");
    for (const [name, value] of [...own, ...pairs, ["add_row", ""]]) {
      page.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    kept.keep({ isSent: true, pairs });
    document.body.append(page);
    HTMLFormElement.prototype.submit.call(page);
  }

  /* For what depends on the answers of the page, such as whether a file is asked for. */
  window.impactAutosave = {
    save() {
      clearTimeout(timer);
      return keep ? null : save();
    },
  };
  offer();
  if (isTypedIn(form)) note();
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => {
    // Two saves at once would look like two people.
    if (!running) return;
    event.preventDefault();
    isPressed = true;
    button = event.submitter;
  });
  guard(form, {
    refuse() { kept.keep(); isDirty = true; fail(words.failed); },
    send() {
      if (kept.read() || isDirty) kept.keep({ isSent: true });
      isDirty = false;
      clearTimeout(timer);
    },
  });
  addEventListener("online", () => { if (isDirty && !keep) save(); });
  addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });
})();
