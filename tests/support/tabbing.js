/* What Tab reaches in a part of a page, noted from inside it; tabbing.py presses the key. */
window.tabbing = (() => {
  "use strict";
  const CONTROLS =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex], [contenteditable]";
  const MARKS = ["boxShadow", "borderColor", "backgroundColor", "color", "textDecorationLine", "opacity"];
  let root, expected, seen;

  // What is kept for screen readers alone measures a pixel.
  function isShown(element) {
    const box = element.getBoundingClientRect();
    return box.width > 2 && box.height > 2 && element.checkVisibility({ visibilityProperty: true });
  }

  const isReached = (element) =>
    element.matches(CONTROLS) && element.tabIndex >= 0 && !element.matches(":disabled, [inert] *");

  function name(element) {
    const text = (element.getAttribute("aria-label") || element.textContent || element.name || "").trim();
    return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""} “${text.slice(0, 40)}”`;
  }

  function outline(style) {
    const isNone = style.outlineStyle === "none" || style.outlineColor.endsWith(", 0)");
    return isNone ? "" : style.outlineStyle + style.outlineWidth + style.outlineColor;
  }

  // A ring may be drawn round what holds the control, or on the label that stands for it.
  function look(element) {
    const searched = element.closest(".select2-container");
    const near = [element, element.parentElement, searched, element.nextElementSibling, element.labels?.[0]];
    return near.filter(Boolean).map((one) => {
      const style = getComputedStyle(one);
      return outline(style) + MARKS.map((mark) => style[mark]).join();
    }).join("|");
  }

  function note(event) {
    if (root.contains(event.target)) seen.push({ element: event.target, look: look(event.target) });
  }

  function begin(selector) {
    // A colour that is on its way to another would be taken for the one before.
    const still = new CSSStyleSheet();
    still.replaceSync("* { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets.push(still);
    root = document.querySelector(selector);
    seen = [];
    expected = [...root.querySelectorAll(CONTROLS)].filter(
      // A link out of Tab's reach stays in the list: nobody else would miss it.
      (element) => isShown(element) && (isReached(element) || element.matches("a[href], button:enabled")),
    );
    document.addEventListener("focusin", note);
    return expected.length;
  }

  // Some of it is in view, and not under what the theme lays over the page: WCAG 2.2, 2.4.11.
  function isOnTop(element) {
    const { x, y, width, height } = element.getBoundingClientRect();
    const parts = [0.1, 0.5, 0.9];
    return parts.some((right) => parts.some((down) => {
      const top = document.elementFromPoint(x + width * right, y + height * down);
      return top && (element.contains(top) || top.closest("label")?.control === element);
    }));
  }

  // Focused once more: the browser scrolls to what has the focus after it has said so.
  function isCovered(element) {
    element.focus();
    return isShown(element) && !isOnTop(element);
  }

  const isOut = () => !root.contains(document.activeElement);

  // Of radio buttons with one name, Tab reaches one.
  const sameGroup = (one, other) =>
    one.type === "radio" && other.type === "radio" && one.name === other.name && one.form === other.form;

  function unreached() {
    const reached = seen.map((stop) => stop.element);
    return expected.filter(
      (element) => isShown(element) && !reached.some((other) => other === element || sameGroup(element, other)),
    );
  }

  function pointed(element) {
    // A searched list takes its last choice back by the Backspace key.
    if (element.matches(".select2-selection__choice__remove")) return false;
    const handlers = element.getAttributeNames().filter((attribute) => /^(x-on:|@|on)click\b/.test(attribute));
    if (handlers.some((attribute) => !/\.(outside|away)\b/.test(attribute))) return true;
    const isHand = (one) => getComputedStyle(one).cursor === "pointer";
    return isHand(element) && !isHand(element.parentElement);
  }

  function hasKeys(element) {
    const control = element.closest("label")?.control;
    const held = [element.closest(CONTROLS), control, ...element.querySelectorAll(CONTROLS)];
    return held.some((one) => one && (one.disabled || (isReached(one) && one.checkVisibility())));
  }

  const forMouseAlone = () =>
    [...root.querySelectorAll("*")].filter((one) => pointed(one) && isShown(one) && !hasKeys(one));

  const comesBefore = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;

  // A searched list takes the mark of the focus away in a timer; those that were set before end before this.
  const timersHaveRun = () => new Promise((done) => setTimeout(done, 1));

  async function end() {
    document.removeEventListener("focusin", note);
    document.activeElement.blur();
    await timersHaveRun();
    const pairs = seen.slice(1).map((stop, place) => [seen[place].element, stop.element]);
    const found = [
      ...unreached().map((element) => `Tab does not reach ${name(element)}`),
      ...seen.filter((stop) => look(stop.element) === stop.look).map((stop) => `focus not seen on ${name(stop.element)}`),
      ...pairs.filter(([one, other]) => !comesBefore(one, other)).map(([one, other]) => `Tab goes back from ${name(one)} to ${name(other)}`),
      ...forMouseAlone().map((element) => `for the mouse alone: ${name(element)}`),
    ];
    const covered = seen.filter((stop) => isCovered(stop.element));
    return [...found, ...covered.map((stop) => `under something else when focused: ${name(stop.element)}`)];
  }

  return { begin, end, isOnTop, isOut };
})();
