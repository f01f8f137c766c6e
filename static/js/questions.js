/* Makes two kinds of questions quicker, which work without it too: choices that depend on an earlier answer
   offer only what goes with it, and tables add up while one types. */
(() => {
  "use strict";
  const language = document.documentElement.lang || "en";
  const DECIMALS = 6;

  /* The codes of an earlier answer on this page; null where it is asked on another one. */
  function earlierCodes(select) {
    const { name, dependsOn } = select.dataset;
    const prefix = select.name.slice(0, select.name.length - name.length);
    const boxes = [...select.form.elements].filter((box) => box.name === prefix + dependsOn);
    if (!boxes.length) return null;
    const chosen = boxes.filter((box) => (/radio|checkbox/.test(box.type) ? box.checked : box.value));
    return chosen.flatMap((box) => (box.selectedOptions ? [...box.selectedOptions].map((o) => o.value) : [box.value]));
  }

  function offerWhatFits(select) {
    const fits = JSON.parse(select.dataset.fits);
    const all = [...select.children];
    const show = () => {
      const codes = earlierCodes(select);
      if (codes === null) return;
      const fitting = new Set(codes.flatMap((code) => fits[code] || []));
      const chosen = select.value;
      select.replaceChildren(...all.map((child) => child.cloneNode(true)));
      for (const option of select.querySelectorAll("option")) {
        if (option.value && codes.length && !fitting.has(option.value)) option.remove();
      }
      for (const group of select.querySelectorAll("optgroup")) if (!group.children.length) group.remove();
      select.value = [...select.options].some((option) => option.value === chosen) ? chosen : "";
      if (select.value !== chosen) select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    select.form.addEventListener("change", ({ target }) => { if (target !== select) show(); });
    show();
  }

  /* A number as people write it, as core/sections/kinds/numbers.py reads it, in millionths; null if it is none. */
  const groupSign = new Intl.NumberFormat(language).formatToParts(1e6).find((part) => part.type === "group")?.value;
  function millionths({ value: typed, dataset: { decimals } }) {
    let text = typed.trim().replace(/[−–]/g, "-").replace(/^(€|EUR)\s*|\s*(€|EUR|euros?)$/gi, "");
    const signs = text.match(/[.,]/g) ?? [];
    const isDecimal = decimals >= 3 && signs.length === 1 && signs[0] !== groupSign;
    if (!isDecimal && /^[+-]?[1-9]\d{0,2}([\s.,'’]\d{3})+$/.test(text)) text = text.replace(/[\s.,'’]/g, "");
    text = text.replace(/(?<=\d)[\s'’](?=\d{3}(?!\d))/g, "").replaceAll(",", ".");
    const point = text.lastIndexOf(".");
    if (point >= 0) text = text.slice(0, point).replaceAll(".", "") + text.slice(point);
    const found = /^([+-]?)(\d*)\.?(\d*)$/.exec(text);
    if (!found || !(found[2] + found[3])) return null;
    const whole = BigInt(found[2] + found[3].slice(0, DECIMALS).padEnd(DECIMALS, "0"));
    return found[1] === "-" ? -whole : whole;
  }

  function inWords(number, output) {
    const digits = (number < 0n ? -number : number).toString().padStart(DECIMALS + 1, "0");
    const plain = `${number < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
    const { isAmount } = output.dataset;
    const shown = new Intl.NumberFormat(language, {
      minimumFractionDigits: isAmount ? 2 : 0, maximumFractionDigits: isAmount ? 2 : DECIMALS,
    }).format(plain);
    return output.dataset.written.replace("0", shown);
  }

  function addUp(table) {
    const boxes = [...table.querySelectorAll("input[data-column]")];
    const isIn = {
      row: (output) => (box) => box.closest("tr") === output.closest("tr"),
      column: (output) => (box) => box.dataset.column === output.dataset.column,
      all: () => () => true,
    };
    const show = () => {
      for (const output of table.querySelectorAll("output[data-sum-of]")) {
        const numbers = boxes.filter(isIn[output.dataset.sumOf](output)).map(millionths);
        const known = numbers.filter((number) => number !== null);
        output.textContent = known.length ? inWords(known.reduce((a, b) => a + b, 0n), output) : "";
      }
    };
    table.addEventListener("input", show);
  }

  function enhance(root) {
    root.querySelectorAll("select[data-depends-on]").forEach(offerWhatFits);
    root.querySelectorAll("[data-numbers]").forEach(addUp);
  }

  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
  // A row that was added brings its own.
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-rows]")) enhance(target.querySelector(":scope > fieldset:last-of-type"));
  });
})();
