/* Keeps on this device what is typed in a form with room for long text, until it has arrived, and offers it again.
   The key of a copy holds the person: nobody else on this machine is offered the text. Without a log-in it goes
   with the tab. A form that saves itself is kept by autosave.js, with the same functions. */
(() => {
  "use strict";
  const words = document.getElementById("kept-words")?.dataset;
  if (!words) return;
  const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
  const ANSWER_MS = 8000;
  const PREFIX = `impact:${words.person || "visitor"}:`;
  const SHOWN_AFTER_MS = 500;
  const OF_ANYBODY = /^impact:[^:]*:/;
  const CARRIED = new Set(words.carried.split(" "));
  const ROWS_CARRY = words.rowsCarry.split(" ");
  const TEXTS = new Set(["textarea", "text", "email", "url", "search", "number", "date", "month", "tel"]);
  const SENT = "impact:sent";
  // The 24-hour clock and the day before the month, as the server writes them.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const store = () => (words.person ? localStorage : sessionStorage);

  const plain = window.impactText.stored;
  // The decision of a question belongs to the page that asked it.
  const isChoice = (name) => name.startsWith("choice-");
  const isCarried = (name) => CARRIED.has(name) || isChoice(name) || ROWS_CARRY.some((end) => name.endsWith(end));
  const isFresh = (kept) => Date.now() - kept?.at < KEPT_MS;

  function read(key) {
    try {
      const kept = JSON.parse(store().getItem(key));
      if (isFresh(kept)) return kept;
      store().removeItem(key);
    } catch { /* forbidden, or not ours */ }
    return null;
  }

  /* A copy goes with the time also when nobody opens its page again, whoever it is of. */
  function dropOld() {
    for (const place of ["localStorage", "sessionStorage"]) {
      try {
        for (const key of Object.keys(window[place]).filter((name) => OF_ANYBODY.test(name))) {
          if (!isReadable(window[place].getItem(key))) window[place].removeItem(key);
        }
      } catch { /* forbidden */ }
    }
  }
  function isReadable(text) {
    try { return isFresh(JSON.parse(text)); } catch { return false; }
  }

  /* A form whose text is kept under a name; `isWhole`: its choices too, and not the texts alone. */
  function keeper(form, name, { isWhole = false } = {}) {
    const key = PREFIX + name;
    const base = () => form.elements.base?.value;
    const isText = (field) => TEXTS.has(field?.type) && !/password|code/.test(field.name);
    const all = () => [...new FormData(form)].filter(([field, value]) => !CARRIED.has(field) && !isChoice(field) && typeof value === "string");
    const typed = () => (isWhole ? all() : all().filter(([field]) => isText(form.elements[field])));

    function keep({ isSent = false, pairs = typed() } = {}) {
      const copy = { at: Date.now(), path: location.pathname, base: base(), isSent, typed: pairs };
      try { store().setItem(key, JSON.stringify(copy)); } catch { /* full or forbidden */ }
    }
    function forget() {
      try { store().removeItem(key); } catch { /* forbidden */ }
    }
    /* Whether all that was typed stands in the form: then nothing is lost, and nothing is offered. */
    function isShown(pairs) {
      const now = new Set(all().map(([field, value]) => `${field}=${plain(value)}`));
      return pairs.every(([field, value]) => isCarried(field) || !plain(value) || now.has(`${field}=${plain(value)}`));
    }
    function restore(pairs) {
      const values = new Map();
      for (const [field, value] of pairs) values.set(field, [...(values.get(field) || []), value]);
      for (const field of form.elements) {
        if (!field.name || isCarried(field.name) || ["hidden", "submit", "file"].includes(field.type)) continue;
        const given = values.get(field.name) || [];
        if (field.type === "checkbox" || field.type === "radio") { if (isWhole) field.checked = given.includes(field.value); }
        else if (values.has(field.name)) field.value = given[0];
        else continue;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    function offer(kept, putBack = restore) {
      const notice = document.createElement("div");
      const text = document.createElement("p");
      const back = document.createElement("button");
      const drop = document.createElement("button");
      const at = new Date(kept.at).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
      notice.className = "notice warning form-width kept";
      notice.setAttribute("role", "status");
      text.textContent = `${words.offer} ${at}`;
      Object.assign(back, { type: "button", className: "button small", textContent: words.restore });
      Object.assign(drop, { type: "button", className: "button secondary small", textContent: words.discard });
      back.addEventListener("click", () => { notice.remove(); putBack(kept.typed); });
      drop.addEventListener("click", () => { notice.remove(); forget(); });
      notice.append(text, back, " ", drop);
      form.before(notice);
    }
    return { all, base, forget, isShown, keep, key, offer, read: () => read(key), restore, typed };
  }

  /* Whether the portal can be reached: a browser's own error page would take the place of what was typed. */
  async function reach() {
    const stopped = new AbortController();
    const timer = setTimeout(() => stopped.abort(), ANSWER_MS);
    try {
      return (await fetch(words.reach, { cache: "no-store", signal: stopped.signal })).ok;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /* Says after a moment that the connection is checked; returns how to end that. */
  function sayChecking(form) {
    const state = Object.assign(document.createElement("p"), { className: "notice kept", hidden: true });
    state.setAttribute("role", "status");
    form.append(state);
    const timer = setTimeout(() => { state.hidden = false; state.textContent = words.checking; }, SHOWN_AFTER_MS);
    return () => { clearTimeout(timer); state.remove(); };
  }

  /* What the next page has to know of the form that leads to it: the labels of its boxes, and its copy. */
  function noteSent(form, key) {
    const boxes = [...form.elements].filter((field) => field.type === "textarea" || field.type === "text");
    const labels = boxes.map((field) => [field.name, field.labels?.[0]?.textContent.replace(/\s+/g, " ").trim()]);
    pass({ key, labels: labels.filter(([name, label]) => name && label) });
  }
  function pass(sent) {
    try { sessionStorage.setItem(SENT, JSON.stringify({ ...sent, path: location.pathname })); } catch { /* full */ }
  }

  /* Sends a form only when the portal can be reached; `refuse` is called when it cannot. A press while that is
     found out is the same press. `send` returns the key of the copy that is of no use once the form has arrived. */
  function guard(form, { refuse, send = () => {} }) {
    let isReached = false, isAsking = false;
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return;
      if (isReached) { isReached = false; return noteSent(form, send()); }
      event.preventDefault();
      if (isAsking) return;
      isAsking = true;
      const { submitter } = event;
      const stopSaying = sayChecking(form);
      const isThere = await reach();
      stopSaying();
      isAsking = false;
      if (!isThere) return refuse();
      isReached = true;
      form.requestSubmit(submitter);
    });
  }

  function say(form, text) {
    form.querySelector("[data-not-sent]")?.remove();
    const alert = document.createElement("p");
    alert.className = "notice warning kept";
    alert.dataset.notSent = "";
    alert.setAttribute("role", "alert");
    alert.textContent = text;
    form.append(alert);
  }

  /* Scripts come later than fields: what was typed before one of them came has told it nothing. A page that is
     reloaded, or gone back to, is filled in by the browser with what may be older than what is saved. */
  const typedIn = new WeakSet();
  const isTypedIn = (form) => typedIn.has(form);
  const isAnswer = (field) => field.name && !["hidden", "submit", "button", "file"].includes(field.type);
  function isOther(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "select-multiple") return [...field.options].some((option) => option.selected !== option.defaultSelected);
    if (field.type !== "select-one") return field.value !== field.defaultValue;
    const options = [...field.options];
    const drawn = options.findLastIndex((option) => option.defaultSelected);
    return drawn < 0 ? field.selectedIndex > options.findIndex((option) => !option.disabled) : field.selectedIndex !== drawn;
  }
  function note(field) {
    if (field.form && isAnswer(field) && !field.closest(".regions-search")) typedIn.add(field.form);
  }
  function noteWhatIsTyped() {
    for (const kind of ["input", "change"]) document.addEventListener(kind, ({ target }) => note(target), true);
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
    for (const form of document.forms) [...form.elements].filter((field) => isAnswer(field) && isOther(field)).forEach(note);
  }

  const watched = new WeakMap();

  /* The copy of a form's texts; of one that was drawn after the page as well. */
  function copyOf(form) {
    const index = [...document.forms].filter(isLong).indexOf(form);
    if (!watched.has(form)) watched.set(form, keepTextsOf(form, index < 0 ? "short" : index));
    return watched.get(form);
  }

  function keepTextsOf(form, index) {
    const kept = keeper(form, `form${location.pathname}#${index}`);
    const before = read(kept.key);
    if (before && !kept.isShown(before.typed)) kept.offer(before);
    let timer;
    if (isTypedIn(form)) kept.keep();
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(kept.keep, 300); });
    const refuse = () => { kept.keep(); say(form, words.notSent); };
    guard(form, {
      refuse,
      send() {
        clearTimeout(timer);
        if (!read(kept.key)) return;
        kept.keep({ isSent: true });
        return kept.key;
      },
    });
    return { refuse, forget() { clearTimeout(timer); kept.forget(); } };
  }

  /* A form that was taken leads on by a redirect; whatever else comes is no proof that the text arrived. */
  function forgetWhatArrived() {
    let sent;
    try { sent = JSON.parse(sessionStorage.getItem(SENT)); sessionStorage.removeItem(SENT); } catch { return; }
    if (sent) nameTexts(sent);
    const [visit] = performance.getEntriesByType("navigation");
    const from = document.referrer && new URL(document.referrer).pathname;
    if (!sent || from !== sent.path || !visit?.redirectCount || location.pathname.includes("/accounts/")) return;
    try { store().removeItem(sent.key); } catch { /* forbidden */ }
  }

  /* A page that gives back what was typed: by the labels of its form, and sent again it is that form. */
  function nameTexts(sent) {
    const labels = new Map(sent.labels);
    for (const label of document.querySelectorAll("[data-label-of]")) {
      label.textContent = labels.get(label.dataset.labelOf) || label.textContent;
    }
    document.querySelector("form[data-send-again]")?.addEventListener("submit", () => pass(sent));
  }

  function copies() {
    try { return Object.keys(store()).filter((key) => key.startsWith(PREFIX)).map(read); } catch { return []; }
  }

  /* On a page that says that somebody has no right any more: what they typed on it when they had. */
  function showWhatIsLeft(place) {
    const left = copies().filter((kept) => kept?.path === location.pathname).flatMap((kept) => kept.typed);
    const texts = left.filter(([name, value]) => !isCarried(name) && /\s/.test(value.trim())).map((pair) => pair[1]);
    if (!texts.length || document.querySelector(".typed")) return;
    const box = Object.assign(document.createElement("textarea"), { readOnly: true, rows: 8, value: texts.join("\n\n") });
    const label = Object.assign(document.createElement("label"), { textContent: words.left });
    label.append(box);
    place.append(label);
    place.hidden = false;
  }

  const isLong = (form) => form.method === "post" && form.querySelector("textarea:not([readonly])") && !form.matches("[data-autosave]");
  window.impactKept = { copyOf, keeper, guard, isTypedIn, language, words };
  noteWhatIsTyped();
  dropOld();
  forgetWhatArrived();
  document.querySelectorAll("[data-kept-left]").forEach(showWhatIsLeft);
  [...document.forms].filter(isLong).forEach(copyOf);
})();
