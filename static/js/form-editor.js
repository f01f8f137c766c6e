/* The editor of forms: opens, saves and moves within the page. It asks for the same addresses as the links and
   buttons lead to and takes over what is other, each part by its id; whatever else comes of it is left to the browser. */
(() => {
  "use strict";
  const ASKS = { "X-Form-Editor": "1" };
  const ANSWER_MS = 20000;
  const TYPING_MS = 800;
  const SHOWN_AFTER_MS = 1000;
  const said = document.getElementById("editor-said");
  const editor = () => document.getElementById("editor");
  const opened = () => document.getElementById("opened");
  if (!said || !editor() || !window.impactKept) return;
  const { copyOf, isTypedIn, words } = window.impactKept;
  const passed = new WeakSet();
  let form, before, timer, isDrawing = false, isDrawnAgain = false, isLeaving = false;
  let address = location.pathname + location.search;
  let turn = Promise.resolve();

  /* What is typed ---------------------------------------------------------------------------------------- */

  function typed(of) {
    const pairs = [...new FormData(of)].filter(([name]) => name !== "csrfmiddlewaretoken");
    return JSON.stringify(pairs);
  }
  const isChanged = () => Boolean(form?.isConnected) && ("unsaved" in opened().dataset || typed(form) !== before);
  const mayLeave = () => !isChanged() || window.confirm(editor().dataset.leave);

  function watch() {
    const now = opened()?.querySelector("form");
    if (now === form) return;
    form = now;
    // Unlike anything, if somebody has typed before this came.
    before = form && !isTypedIn(form) ? typed(form) : "";
    if (form) copyOf(form);
  }

  const boxes = (of) => [...of.elements].filter((field) => field.name && field.matches("textarea, input:not([type])," +
    " [type=text], [type=number], [type=date], [type=month], [type=email], [type=url]"));

  /* Returns a function that tells what is typed in a form from now on: pairs of names and texts. */
  function listen(to) {
    const now = new Map(boxes(to).map((field) => [field, field.value]));
    return () => [...now].filter(([field, value]) => field.value !== value).map(([{ name, value }]) => [name, value]);
  }

  function say(text, isFailure = false) {
    said.textContent = text;
    said.classList.toggle("sr-only", !isFailure);
  }

  /* What comes ------------------------------------------------------------------------------------------- */

  async function ask(url, options = {}) {
    const stopped = new AbortController();
    const late = setTimeout(() => stopped.abort(), ANSWER_MS);
    const slow = setTimeout(() => say(editor().dataset.working), SHOWN_AFTER_MS);
    try {
      const answer = await fetch(url, { cache: "no-store", headers: ASKS, signal: stopped.signal, ...options });
      // Where the connection breaks from here on, the portal has done what it was asked.
      const text = await answer.text().catch(() => "");
      const page = new DOMParser().parseFromString(text, "text/html");
      return { page: answer.ok ? page.getElementById("editor") : null, url: answer.url, status: answer.status };
    } finally {
      clearTimeout(late);
      clearTimeout(slow);
    }
  }

  /* One after the other: somebody who presses a button three times moves three places. */
  function inTurn(act) {
    turn = turn.then(act, act);
    return turn;
  }

  function renew(old, fresh, isKept) {
    if (old.isEqualNode(fresh)) return;
    if (isKept && old.contains(opened()) && !("parts" in old.dataset)) return;
    if (old.id === "editor-preview") return renewPreview(old, fresh);
    if (!("parts" in old.dataset)) return old.replaceWith(fresh);
    for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
    const known = new Map([...old.children].map((part) => [part.id, part]));
    let place = old.firstElementChild;
    for (const part of [...fresh.children]) {
      const same = known.get(part.id);
      known.delete(part.id);
      if (same && same === place) place = same.nextElementSibling;
      else old.insertBefore(same || part, place);
      if (same) renew(same, part, isKept);
    }
    for (const gone of known.values()) gone.remove();
  }

  /* What cannot be drawn here is asked for as a page of its own, unless something typed would go with this one. */
  function takeOrLeave(page, url, why, options) {
    try {
      if (page) return take(page, url, options);
    } catch { /* as if there were none */ }
    return options.isKept ? say(why, true) : leave(url);
  }

  /* Puts a page in place of this one. `isKept`: what is typed in the opened form stays, as the page has it too. */
  function take(page, url, { isKept = false, isSaved = false, anchor = "" } = {}) {
    const mark = document.activeElement?.closest("#editor [id]")?.closest("li, section")?.id;
    const top = mark && document.getElementById(mark)?.getBoundingClientRect().top;
    renew(editor(), page, isKept);
    const line = mark && document.getElementById(mark);
    if (line && top >= 0) window.scrollBy(0, line.getBoundingClientRect().top - top);
    watch();
    const { pathname, search } = new URL(url, location.href);
    const hash = anchor || new URL(url, location.href).hash;
    const change = pathname === location.pathname ? "replaceState" : "pushState";
    if (pathname + search + hash !== address + location.hash) history[change](null, "", pathname + search + hash);
    address = pathname + search;
    document.title = document.title.replace(/^[^|]*/, `${editor().dataset.title} `);
    if (isSaved) frame()?.contentWindow.location.reload();
    tell();
    focus(hash.slice(1), isKept);
  }

  function tell() {
    const texts = [...editor().querySelectorAll("[data-said]")].map((part) => part.textContent);
    const problems = document.getElementById("form-problems")?.textContent || "";
    const text = texts.join(" ").replace(/\s+/g, " ").trim();
    say(text && `${text} ${problems.replace(/\s+/g, " ").trim()}`);
  }

  function focus(id, isKept) {
    const asked = editor().querySelector("[autofocus]");
    // Once: a part that stays as it is must not ask again.
    asked?.removeAttribute("autofocus");
    const target = id && document.getElementById(id);
    const field = id === "opened" && form?.querySelector("input:not([type=hidden]), select, textarea");
    if (asked) return asked.focus();
    if (isKept) return;
    if (field || target) (field || target).focus();
    else if (document.activeElement === document.body) document.getElementById("editor-head").focus();
  }

  /* What is pressed -------------------------------------------------------------------------------------- */

  function leave(url) {
    isLeaving = true;
    location.assign(url);
  }

  async function go(url) {
    const { hash } = new URL(url, location.href);
    const isSamePlace = new URL(url, location.href).pathname === location.pathname;
    if (!isSamePlace && !mayLeave()) return;
    let answer;
    try {
      answer = await ask(url);
    } catch {
      return isChanged() ? say(words.failed, true) : leave(url);
    }
    const isKept = isSamePlace && isChanged();
    takeOrLeave(answer.page, answer.url, editor().dataset.refused, { anchor: hash, isKept });
  }

  async function send(sent, button) {
    const body = new FormData(sent, button);
    const isOpened = sent === form;
    const typedSince = isOpened ? listen(sent) : () => [];
    clearTimeout(timer);
    let answer;
    try {
      answer = await ask(sent.action, { method: "POST", body });
    } catch (error) {
      return fail(sent, error.name === "AbortError");
    }
    const { page, url, status } = answer;
    const isKept = !isOpened && isChanged();
    if (status >= 500) return fail(sent, true);
    if (status >= 400) return isKept ? say(editor().dataset.refused, true) : pass(sent, button);
    const late = page ? typedSince() : [];
    if (isOpened && page && !page.querySelector("#opened[data-unsaved]")) copyOf(sent).forget();
    const leadsOn = page?.querySelector("#opened") && !page.querySelector("[autofocus]");
    const anchor = leadsOn ? "#opened" : "";
    takeOrLeave(page, url, editor().dataset.unknown, { isKept, isSaved: true, anchor });
    if (late.length) await writeOn(late, sent.action);
  }

  /* Somebody wrote on while it was saved: that goes into the form as it is opened now, and is not saved yet. */
  async function writeOn(late, address) {
    if (!form) await go(`${address}#opened`);
    const fields = late.map(([name, value]) => [form?.elements[name], value]).filter(([field]) => field);
    for (const [field, value] of fields) {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    fields.at(-1)?.[0].focus();
  }

  /* `isUnknown`: it was sent, and nobody knows what came of it. */
  function fail(sent, isUnknown) {
    say(isUnknown ? editor().dataset.unknown : words.notSent, true);
    if (sent === form && !isUnknown) copyOf(sent).refuse();
  }

  /* Refused, so that nothing was done: the browser sends the form itself and shows the answer. */
  function pass(sent, button) {
    passed.add(sent);
    isLeaving = true;
    sent.requestSubmit(button);
  }

  function isOurs(link) {
    const url = new URL(link.href, location.href);
    const isHere = url.pathname + url.search === location.pathname + location.search && url.hash;
    return url.origin === location.origin && url.pathname.startsWith(editor().dataset.root) && !isHere;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#editor a[href]:not([data-plain])");
    const isPlain = !event.defaultPrevented && !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || !isOurs(link)) return;
    event.preventDefault();
    inTurn(() => go(link.href));
  });
  document.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (!editor().contains(target) || passed.has(target)) return;
    event.preventDefault();
    inTurn(() => send(target, submitter?.isConnected ? submitter : null));
  }, true);
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search === address) return;
    const last = address;
    if (!mayLeave()) return history.pushState(null, "", last);
    form = before = undefined;
    inTurn(() => go(location.href));
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged() && !isLeaving) event.preventDefault();
  });

  /* The preview ------------------------------------------------------------------------------------------ */

  const frame = () => document.querySelector("#editor-preview iframe");

  /* The frame itself stays where it is: moved, it would begin anew. */
  function renewPreview(old, fresh) {
    const [shown, next] = [frame(), fresh.querySelector("iframe")];
    for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
    document.getElementById("preview-choices").replaceWith(fresh.querySelector("#preview-choices"));
    shown.className = next.className;
    const { address: wanted, state } = next.dataset;
    if (shown.dataset.address !== wanted) shown.contentWindow.location.replace(next.src);
    // Somebody else, or another tab, may have changed the draft: what the page now says, the frame shows.
    else if (shown.dataset.state !== state) shown.contentWindow.location.reload();
    Object.assign(shown.dataset, { address: wanted, state });
    seek();
  }

  /* What is written is in sight. */
  function seek() {
    const { at } = document.getElementById("editor-preview")?.dataset || {};
    const [view, place] = [frame()?.contentWindow, at && frame()?.contentDocument?.getElementById(at)];
    if (place) view.scrollTo(0, view.scrollY + place.getBoundingClientRect().top - view.innerHeight / 3);
  }

  function followFrame() {
    frame()?.addEventListener("load", seek);
    if (frame()?.contentDocument?.readyState === "complete") seek();
  }

  /* Draws what is typed and not saved; nothing while a question cannot be saved as it is. */
  async function draw() {
    if (isDrawing) { isDrawnAgain = true; return; }
    if (!form || !("draws" in form.dataset) || !frame() || !isChanged()) return;
    isDrawing = true;
    const [drawn, body] = [form, new FormData(form)];
    body.set("preview", document.getElementById("editor-preview").dataset.section);
    try {
      const answer = await fetch(form.action, { method: "POST", body, cache: "no-store" });
      const text = answer.status === 200 && !answer.redirected ? await answer.text() : "";
      if (text && drawn === form) show(new DOMParser().parseFromString(text, "text/html"));
    } catch { /* the preview stays as it is */ }
    isDrawing = false;
    if (isDrawnAgain) { isDrawnAgain = false; draw(); }
  }

  function show(page) {
    const drawn = page.querySelector("main");
    if (drawn) frame().contentDocument?.querySelector("main")?.replaceWith(drawn);
    seek();
  }

  document.addEventListener("input", (event) => {
    if (!form?.contains(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(draw, TYPING_MS);
  });

  watch();
  followFrame();
})();
