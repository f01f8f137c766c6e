/* Shows and hides questions as the answers change on which they depend. The server decides what is asked
   (core/sections/conditions.py); this judges the same clauses in the same way, so that nobody has to save first. */
(() => {
  "use strict";
  const { stored } = window.impactText;
  const SPOKEN_AFTER_MS = 400;
  const MOST = 1e20;
  const PLAIN = /^[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})$/;
  const GROUPED = /^[+-]?[1-9]\d{0,2}([\s.,'’]\d{3})+$/;
  const BETWEEN_DIGITS = /(?<=\d)[\s'’](?=\d{3}(?!\d))/g;
  const DAY = /^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$/;
  const YES = /^(on|true|yes|1)$/i;
  // A region is typed as its name with its code.
  const CODE_AT_END = /\(([A-Z0-9]{2,5})\)$/;
  const IN_WORDS = "[\\p{L}\\p{M}\\p{N}_]";

  // How a value is read before it is compared; null if it cannot be.
  function textOf(value) {
    return typeof value === "string" ? stored(value).split(/\s+/).filter(Boolean).join(" ").toLowerCase() || null : null;
  }
  function numberOf(value) {
    if (typeof value === "number") return Math.abs(value) < MOST ? value : null;
    return typeof value === "string" && PLAIN.test(value.trim()) ? Number(value) : null;
  }
  function dayOf(value) {
    if (typeof value !== "string" || !DAY.test(value)) return null;
    return value.length > 7 ? value : `${value}-01`;
  }
  function codesOf(value) {
    const given = (Array.isArray(value) ? value : [value]).filter((code) => code !== null && code !== "");
    return given.length ? new Set(given.map(String)) : null;
  }
  const countOf = (value) => (Array.isArray(value) ? value.length : null);

  const holdsAll = (codes, wanted) => [...wanted].every((code) => codes.has(code));
  const isSame = (one, other) => (one instanceof Set ? one.size === other.size && holdsAll(one, other) : one === other);
  function holdsWords(text, words) {
    const plain = words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    return new RegExp(`(?<!${IN_WORDS})${plain}(?!${IN_WORDS})`, "u").test(text);
  }
  const IS = { is: isSame, is_not: (one, other) => !isSame(one, other) };
  const SIZE = { over: (one, other) => one > other, under: (one, other) => one < other };
  const by = (read, tests, readOther = read) => Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, { read, readOther, test }]));
  const COMPARISONS = {
    text: by(textOf, { ...IS, contains: holdsWords }),
    option: by(codesOf, IS),
    options: { ...by(codesOf, { ...IS, contains: holdsAll }), ...by(countOf, SIZE, numberOf) },
    number: by(numberOf, { ...IS, ...SIZE }),
    day: by(dayOf, { ...IS, ...SIZE }),
    truth: by(codesOf, IS),
    rows: by(countOf, SIZE, numberOf),
  };

  /* Whether a clause holds of an answer; null is none. */
  function holds(clause, answer) {
    if (clause.operator === "not_filled") return answer === null;
    if (clause.operator === "filled" || answer === null) return answer !== null;
    const comparison = COMPARISONS[clause.as]?.[clause.operator];
    if (!comparison) return false;
    const [one, other] = [comparison.read(answer), comparison.readOther(clause.value)];
    return one !== null && other !== null && comparison.test(one, other);
  }

  /* What people type as a number, as core/typed.py reads it. */
  function typedNumber(field, typed) {
    const text = typed.trim();
    if (GROUPED.test(text)) return text.replace(/[\s.,'’]/g, "");
    if (field?.inputMode !== "decimal") return text;
    const parts = text.replace(BETWEEN_DIGITS, "").replaceAll(",", ".").split(".");
    return parts.length > 1 ? `${parts.slice(0, -1).join("")}.${parts.at(-1)}` : parts[0];
  }

  const isFilled = (field) => !["hidden", "submit", "button"].includes(field.type) && !field.name.startsWith("choice-")
    && (["checkbox", "radio"].includes(field.type) ? field.checked : field.value.trim() !== "");

  function isRow(row, key) {
    if (row.querySelector("[name$='-DELETE']:checked")) return false;
    return [...row.querySelectorAll("input, select, textarea")].some((field) => (!key || field.name.endsWith(`-${key}`)) && isFilled(field));
  }

  /* What is answered in a box, which is that of a question or of a column in one row; null is nothing. */
  function answerOf(form, sent, box, as) {
    if (!box) return null;
    const name = box.dataset.name ?? box.dataset.question;
    const given = sent.getAll(name).filter((value) => typeof value === "string" && value.trim());
    const one = given.length ? given[0] : null;
    const rows = () => [...box.querySelectorAll("fieldset.row")].filter((row) => isRow(row, box.dataset.key));
    const listed = (list) => (list.length ? list : null);
    switch (as) {
      case "text": return one && (stored(one) || null);
      case "option": return one && (CODE_AT_END.exec(one)?.[1] ?? one);
      case "options": return listed(given);
      case "number": return one && numberOf(typedNumber(form.elements[name], one));
      case "day": return one;
      case "truth": return one && YES.test(one);
      case "rows": return listed(rows());
      default: {
        const files = box.querySelector("[data-kept]");
        if (files) return Number(files.dataset.kept) || null;
        return [...box.querySelectorAll("input, select, textarea")].some(isFilled) || null;
      }
    }
  }

  const isAsked = ({ needsAll, clauses }, isMet) => !clauses.length || (needsAll ? clauses.every(isMet) : clauses.some(isMet));

  /* Yields the box of each column with a condition in each row, and whether it is asked there. */
  function* columnsAsked(form, sent, box, columns, isMet) {
    for (const row of box?.querySelectorAll("fieldset.row") ?? []) {
      const parts = new Map([...row.querySelectorAll("[data-column]")].map((part) => [part.dataset.column, part]));
      const hidden = new Set();
      const answer = ({ column, as }) => (hidden.has(column) ? null : answerOf(form, sent, parts.get(column), as));
      for (const column of columns) {
        const asked = isAsked(column, (clause) => (clause.column ? holds(clause, answer(clause)) : isMet(clause)));
        if (!asked) hidden.add(column.name);
        if (parts.has(column.name)) yield [parts.get(column.name), asked];
      }
    }
  }

  const legendOf = (box) => box.closest("fieldset.row")?.querySelector("legend").textContent.trim();
  const labelOf = (box) => [box.dataset.label, box.dataset.column && legendOf(box)].filter(Boolean).join(", ");

  function follow(words) {
    const form = words.closest("form");
    // Nobody can change what is only read: it is as the server drew it.
    if (!form || form.closest("fieldset[disabled]")) return;
    const questions = JSON.parse(words.dataset.conditions);
    const boxes = new Map([...form.querySelectorAll("[data-question]")].map((box) => [box.dataset.question, box]));
    let timer, changes = new Map();

    /* Returns the names of the fields that are asked, and of each box whether it is. */
    function askedNow() {
      const [sent, asked, shown] = [new FormData(form), new Set(), new Map()];
      const answer = ({ question, as }) => (asked.has(question) ? answerOf(form, sent, boxes.get(question), as) : null);
      const isMet = (clause) => clause.holds ?? holds(clause, answer(clause));
      for (const question of questions) {
        const box = boxes.get(question.name);
        const isShown = isAsked(question, isMet);
        if (box) shown.set(box, isShown);
        if (!isShown) continue;
        for (const [part, isPartShown] of columnsAsked(form, sent, box, question.columns ?? [], isMet)) {
          shown.set(part, isPartShown);
          if (isPartShown) asked.add(part.dataset.name);
        }
        asked.add(question.name);
      }
      return [asked, shown];
    }

    function update(event) {
      const [asked, shown] = askedNow();
      form.elements.on_page.value = [...asked].join(" ");
      for (const [box, isShown] of shown) {
        if (box.hidden !== isShown) continue;
        const hadFocus = box.contains(document.activeElement);
        box.hidden = !box.hidden;
        if (hadFocus && box.hidden) event?.target.focus();
        // What was shown and hidden again before it was said is not worth saying.
        if (!changes.delete(box)) changes.set(box, box.hidden);
      }
      clearTimeout(timer);
      if (event && changes.size) timer = setTimeout(speak, SPOKEN_AFTER_MS);
      else if (!event) changes = new Map();
    }

    function speak() {
      const named = (isHidden) => [...changes].filter(([, hidden]) => hidden === isHidden).map(([box]) => labelOf(box));
      const sentence = (start, labels) => (labels.length ? `${start} ${labels.join("; ")}.` : "");
      words.textContent = `${sentence(words.dataset.asked, named(false))} ${sentence(words.dataset.notAsked, named(true))}`.trim();
      changes = new Map();
    }

    form.addEventListener("input", update);
    form.addEventListener("change", update);
    // Of a file that was uploaded on the page.
    form.addEventListener("files", update);
    // A browser that comes back to a page puts back what was typed, and says so to nobody.
    addEventListener("pageshow", () => update());
    update();
  }

  window.impactConditions = { holds };
  document.querySelectorAll("[data-conditions]").forEach(follow);
})();
