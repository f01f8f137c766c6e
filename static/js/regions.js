/* Finds regions while one types: in the search of several regions, and in a text field for one.
   Several can be chosen on a map too: its regions become boxes, one tab stop, moved among by the arrow keys. */
(() => {
  "use strict";
  let counter = 0;

  function combobox(input, { url, none, choose }) {
    const list = document.createElement("ul");
    const spoken = document.createElement("span");
    list.className = "suggestions";
    list.id = `suggestions-${++counter}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0]?.textContent.trim() || input.getAttribute("aria-label") || "");
    spoken.className = "vh";
    spoken.setAttribute("role", "status");
    input.removeAttribute("list");
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) input.setAttribute(name, value);
    const holder = document.createElement("span");
    holder.className = "combobox";
    input.before(holder);
    holder.append(input, list, spoken);
    let active = -1, timer, asked = "";

    const options = () => [...list.children].filter((option) => option.dataset.code);
    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function mark(index) {
      const all = options();
      if (!all.length) return;
      active = (index + all.length) % all.length;
      all.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
      all[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", all[active].id);
    }
    function take(option) {
      close();
      choose({ code: option.dataset.code, text: option.dataset.text, label: option.textContent });
    }
    function show(found) {
      list.replaceChildren(...found.map((region, place) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.dataset.code = region.code;
        option.dataset.text = region.text;
        option.textContent = `${region.text}, ${region.country}`;
        option.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
        return option;
      }));
      if (!found.length) {
        const nothing = document.createElement("li");
        nothing.textContent = none;
        list.append(nothing);
      }
      active = -1;
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      spoken.textContent = found.length ? `${found.length}` : none;
    }
    async function search() {
      const typed = input.value.trim();
      if (typed.length < 2 || typed === asked) { if (typed.length < 2) close(); return; }
      asked = typed;
      try {
        const answer = await fetch(`${url}?q=${encodeURIComponent(typed)}`);
        if (answer.ok && input.value.trim() === typed && document.activeElement === input) {
          show((await answer.json()).found);
        }
      } catch { close(); }
    }
    input.addEventListener("input", () => { clearTimeout(timer); asked = ""; timer = setTimeout(search, 200); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
      else if (event.key === "ArrowDown") { event.preventDefault(); list.hidden ? search() : mark(active + 1); }
      else if (event.key === "ArrowUp" && !list.hidden) { event.preventDefault(); mark(active - 1); }
      else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        const all = options();
        if (active >= 0 || all.length === 1) take(all[Math.max(active, 0)]);
      }
    });
  }

  function several(group) {
    const chosen = group.querySelector("[data-regions-chosen]");
    const input = group.querySelector(".regions-search input");
    // Removed, not hidden: Enter in any field would press it.
    group.querySelectorAll(".regions-search button").forEach((button) => button.remove());
    map(group, chosen);
    combobox(input, {
      url: group.dataset.regions,
      none: group.dataset.none,
      choose(region) {
        input.value = "";
        const there = boxOf(group, region.code);
        if (there) there.checked = true;
        else chosen.append(optionOf(group.dataset.name, region));
        group.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
  }

  const boxOf = (group, code) =>
    [...group.querySelectorAll("[type=checkbox]")].find((box) => box.value === code);

  function map(group, chosen) {
    const tools = group.querySelector("[data-regions-map]");
    const select = tools.querySelector("select");
    const picture = group.querySelector("[data-regions-picture]");
    const said = group.querySelector("[data-regions-said]");
    // Which country is looked at is no answer: it is not sent.
    select.removeAttribute("name");
    const draw = async () => {
      if (!select.value) return picture.replaceChildren();
      picture.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(`${tools.dataset.regionsMap}?country=${encodeURIComponent(select.value)}`);
        if (!answer.ok) throw new Error(answer.status);
        picture.innerHTML = await answer.text();
        wire();
        said.textContent = "";
      } catch { said.textContent = tools.dataset.failed; }
      picture.removeAttribute("aria-busy");
    };
    select.addEventListener("change", draw);
    group.addEventListener("change", show);
    group.querySelector("[data-regions-hint]").hidden = false;

    const regions = () => [...picture.querySelectorAll("a[data-code]")];
    function show() {
      for (const region of regions()) {
        const isChosen = Boolean(boxOf(group, region.dataset.code)?.checked);
        region.setAttribute("aria-checked", String(isChosen));
        region.firstElementChild.setAttribute("class", isChosen ? "map-chosen" : "map-pale");
      }
    }
    function name(region) {
      const state = region.getAttribute("aria-checked") === "true" ? tools.dataset.chosen : tools.dataset.notChosen;
      said.textContent = `${region.getAttribute("aria-label")}: ${state}`;
    }
    function toggle(region) {
      const { code } = region.dataset;
      const box = boxOf(group, code);
      if (box) box.checked = !box.checked;
      else chosen.append(optionOf(group.dataset.name, { code, label: `${region.getAttribute("aria-label")}, ${region.ownerSVGElement.getAttribute("aria-label")}` }));
      group.dispatchEvent(new Event("change", { bubbles: true }));
      name(region);
    }
    function reach(region) {
      regions().forEach((other) => other.setAttribute("tabindex", other === region ? "0" : "-1"));
    }
    function wire() {
      const all = regions();
      // On top of all regions: a neighbour drawn later would cover the border of the one with the focus.
      const ring = document.createElementNS("http://www.w3.org/2000/svg", "path");
      ring.setAttribute("class", "map-ring");
      picture.querySelector("svg").append(ring);
      for (const region of all) {
        region.removeAttribute("href");
        region.setAttribute("role", "checkbox");
        region.addEventListener("click", (event) => {
          event.preventDefault();
          reach(region);
          region.focus();
          toggle(region);
        });
        region.addEventListener("focus", () => { name(region); ring.setAttribute("d", region.firstElementChild.getAttribute("d")); });
        region.addEventListener("blur", () => ring.removeAttribute("d"));
        // Not mouseenter: that comes, too, when the page moves under a mouse at rest, and would hide what has the focus.
        region.addEventListener("mousemove", () => name(region));
        region.addEventListener("keydown", (event) => {
          const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
          if (event.key === " " || event.key === "Enter") toggle(region);
          else if (way) go(all, region, way);
          else return;
          event.preventDefault();
        });
      }
      show();
      reach(largest(all));
    }
    function go(all, from, [x, y]) {
      const here = middle(from);
      let best, least = Infinity;
      for (const region of all) {
        const there = middle(region);
        const along = (there.x - here.x) * x + (there.y - here.y) * y;
        const aside = Math.abs((there.x - here.x) * y) + Math.abs((there.y - here.y) * x);
        // Straight ahead rather than near: three times as far counts as much as to the side.
        const far = along + 3 * aside;
        if (region !== from && along > 0 && aside <= 2 * along && far < least) [best, least] = [region, far];
      }
      if (!best) return;
      reach(best);
      best.focus();
    }
    if (picture.firstElementChild) wire();
    // Chosen before this ran, or put back by the browser.
    else if (select.value) draw();
  }

  function middle(region) {
    const { x, y, width, height } = region.getBBox();
    return { x: x + width / 2, y: y + height / 2 };
  }

  function largest(regions) {
    const size = (region) => { const { width, height } = region.getBBox(); return width * height; };
    return regions.reduce((best, region) => (size(region) > size(best) ? region : best), regions[0]);
  }

  function optionOf(name, region) {
    const option = document.createElement("div");
    const label = document.createElement("label");
    const box = document.createElement("input");
    option.className = "option";
    Object.assign(box, { type: "checkbox", name, value: region.code, checked: true });
    label.append(box, ` ${region.label}`);
    option.append(label);
    return option;
  }

  function one(input) {
    if (input.dataset.ready) return;
    input.dataset.ready = "yes";
    const hadFocus = document.activeElement === input;
    combobox(input, {
      url: input.dataset.region,
      none: input.dataset.none || "–",
      choose(region) {
        input.value = region.text;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
    if (hadFocus) input.focus();
  }

  document.querySelectorAll("[data-regions]").forEach(several);
  document.querySelectorAll("input[data-region]:not([name*=__prefix__])").forEach(one);
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input[data-region]")) one(event.target);
  });
})();
