/* Makes pages that work without it more pleasant: reader's time zone, counters, rows, long lists. */
(() => {
  "use strict";
  // Day before month, as the server writes English dates.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const forms = new Intl.PluralRules(language);
  const { lengthOf, wordsOf } = window.impactText;
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
    const { counts } = counter.dataset;
    const words = JSON.parse(counter.dataset.words);
    const said = (what, number) => words[what][forms.select(number) === "one" ? 0 : 1].replace("#", number);
    const most = Number(counter.dataset.counter) || Infinity;
    const least = Number(counter.dataset.least);
    const beforehand = counter.textContent;
    const spoken = document.createElement("span");
    spoken.className = "vh";
    spoken.setAttribute("role", "status");
    counter.after(spoken);
    let timer;
    const update = () => {
      const length = counts === "words" ? wordsOf(field.value) : lengthOf(field.value);
      const left = most - length;
      if (length < least) counter.textContent = said("short", least - length);
      else if (left < 0) counter.textContent = said("over", -left);
      else counter.textContent = most === Infinity ? beforehand : said("left", left);
      counter.classList.toggle("over", left < 0);
      clearTimeout(timer);
      timer = setTimeout(() => { if (left < most / 10) spoken.textContent = counter.textContent; }, 1000);
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
  // What came of a form is read out at once, unless somebody writes already: letters typed nowhere are lost.
  if (!document.activeElement?.matches("input, select, textarea")) document.querySelector(".error-summary, [data-announce]")?.focus();
})();
