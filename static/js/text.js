/* What the server makes of a text: cleaned as core/text.py does it, and without the spaces around it.
   tests/journeys/test_typing.py compares both. */
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

  // Written without blanks between words, as core/forms/counting.py has them.
  const SIGNS =
    /[\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{323af}]/gu;
  const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

  function wordsOf(text) {
    const parts = stored(text).replace(SIGNS, " 字 ").split(/[\s\x1c-\x1f\x85]+/);
    return parts.filter((part) => LETTER_OR_DIGIT.test(part)).length;
  }

  /* The date of a box in words, as core/forms/day_inputs.py writes it: the box itself may show the month first. */
  document.addEventListener("change", ({ target }) => {
    const said = target.matches?.("[data-in-words]") ? target.nextElementSibling : null;
    if (!said?.matches(".in-words")) return;
    const at = new Date(`${target.value}${target.value.includes("T") ? "Z" : ""}`);
    const { lang } = document.documentElement;
    const time = target.type === "date" ? {} : { hour: "2-digit", minute: "2-digit" };
    const parts = { weekday: "long", day: "numeric", month: "long", year: "numeric", ...time, timeZone: "UTC" };
    said.textContent = Number.isNaN(at.getTime()) ? "" : at.toLocaleString(lang === "en" ? "en-GB" : lang, parts);
  });

  /* A text as the server stores it, so that two can be compared. */
  const stored = (text) => clean(text).replace(AROUND, "");
  window.impactText = { stored, wordsOf, lengthOf: (text) => [...stored(text)].length };
})();
