/* How many characters the server counts in a text: after cleaning it as core/text.py does, and without the
   spaces around it. tests/journeys/test_typing.py compares both. */
(() => {
  "use strict";
  const LINE_ENDS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;
  const BULLETS = /[\uf06e\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc]/g;
  const INVISIBLE = new RegExp(
    "[\\u00ad\\u034f\\u061c\\u180e\\u200b\\ufeff\\ufdd0-\\ufdef\\u202a-\\u202e\\u2060-\\u206f\\ufff9-\\ufffb]" +
    "|[\\p{Noncharacter_Code_Point}]", "gu");
  const MEANINGLESS = /(?![\n\t])[\p{Cc}\p{Cs}\p{Co}]/gu;
  const TAGS = /(?<![\u{1f3f4}\u{e0020}-\u{e007f}])[\u{e0000}-\u{e007f}]+/gu;
  const JOINER = /[\u200c-\u200f]/;
  const MARK = /\p{M}/u;
  const NEEDS_JOINERS = /[^\x00-\u024f\s\u2000-\u206f]/u;
  // As Python's str.strip() does.
  const AROUND = /^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g;

  function withJoinersWhereNeeded(text) {
    let needsJoiner = false;
    let wasJoiner = false;
    let kept = "";
    for (const character of text) {
      const isJoiner = JOINER.test(character);
      if (isJoiner && (wasJoiner || !needsJoiner)) continue;
      if (!isJoiner && !MARK.test(character)) needsJoiner = NEEDS_JOINERS.test(character);
      wasJoiner = isJoiner;
      kept += character;
    }
    return kept;
  }

  function clean(text) {
    const seen = text.replace(LINE_ENDS, "\n").replace(BULLETS, "•").replace(INVISIBLE, "");
    const meant = seen.replace(MEANINGLESS, "").replace(TAGS, "").normalize("NFC");
    return withJoinersWhereNeeded(meant).normalize("NFC");
  }

  window.impactLengthOf = (text) => [...clean(text).replace(AROUND, "")].length;
})();

/* Makes pages that work without it more pleasant: reader's time zone, counters, rows, long lists. */
(() => {
  "use strict";
  // Day before month, as the server writes English dates.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const lengthOf = window.impactLengthOf;
  const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

  function showLocalTime(time) {
    const at = new Date(time.dateTime);
    const own = { dateStyle: "long", timeStyle: "short" };
    const inBrussels = new Intl.DateTimeFormat(language, { ...own, timeZone: "Europe/Brussels" }).format(at);
    const here = new Intl.DateTimeFormat(language, own).format(at);
    if (here === inBrussels) return;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone.replace(/_/g, " ");
    const note = document.createElement("span");
    note.className = "local-time";
    note.textContent = `${time.dataset.local} ${here} (${zone})`;
    time.after(note);
  }

  function count(counter) {
    const field = document.getElementById(counter.id.replace(/_counter$/, ""));
    const limit = Number(counter.dataset.counter);
    const spoken = document.createElement("span");
    spoken.className = "vh";
    spoken.setAttribute("role", "status");
    counter.after(spoken);
    let timer;
    const update = () => {
      const left = limit - lengthOf(field.value);
      const { left: leftWords, over: overWords } = counter.dataset;
      counter.textContent = left < 0 ? `${overWords} ${-left}` : `${leftWords} ${left}`;
      counter.classList.toggle("over", left < 0);
      clearTimeout(timer);
      timer = setTimeout(() => { if (left < limit / 10) spoken.textContent = counter.textContent; }, 1000);
    };
    field.addEventListener("input", update);
    if (field.value) update();
  }

  function addRowsHere(rows) {
    const button = rows.querySelector(":scope > [name=add_row]");
    const template = rows.querySelector(":scope > template");
    const total = document.getElementById(`id_${rows.dataset.rows}-TOTAL_FORMS`);
    const most = Number(document.getElementById(`id_${rows.dataset.rows}-MAX_NUM_FORMS`).value);
    if (!button || !template || !total) return;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const index = Number(total.value);
      const holder = document.createElement("template");
      holder.innerHTML = template.innerHTML.replaceAll("__prefix__", index).replaceAll("__number__", index + 1);
      const row = holder.content.firstElementChild;
      template.before(row);
      total.value = index + 1;
      enhance(row);
      row.querySelector("input:not([type=hidden]), select, textarea").focus();
      button.hidden = most && index + 1 >= most;
      rows.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function searchIn(list) {
    const box = list.querySelector(".options");
    const search = document.createElement("input");
    search.type = "search";
    search.className = "filter";
    search.setAttribute("aria-label", list.dataset.filter);
    search.placeholder = list.dataset.filter;
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    search.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = plain(search.value);
      each(box, ".option", (option) => {
        option.hidden = !plain(option.textContent).includes(wanted) && !option.querySelector(":checked");
      });
    });
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.before(search);
  }

  function enhance(root) {
    each(root, "time[data-local]", showLocalTime);
    each(root, "[data-counter]", count);
    each(root, "[data-rows]", addRowsHere);
    each(root, "[data-filter]", searchIn);
    each(root, "[data-print]", (button) => {
      button.hidden = false;
      button.addEventListener("click", () => print());
    });
  }

  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
  // What came of a form is read out at once.
  document.querySelector(".error-summary, [data-announce]")?.focus();
})();
