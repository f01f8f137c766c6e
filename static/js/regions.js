/* Finds regions while one types: in the search of several regions, and in a text field for one.
   Several can be chosen on a map too: its regions become boxes, one tab stop, moved among by the arrow keys. */
(() => {
  "use strict";
  let counter = 0;

  /* A text field that offers what a search finds. The list holds options only, so that an empty result is no
     empty list; what else is to be said stands beside it and is spoken. */
  function combobox(input, { url, words, choose, chooseCountry }) {
    const panel = document.createElement("div");
    const note = document.createElement("p");
    const list = document.createElement("ul");
    const spoken = document.createElement("span");
    panel.className = "suggestions";
    panel.hidden = true;
    list.id = `suggestions-${++counter}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.list);
    panel.append(note, list);
    spoken.className = "vh";
    spoken.setAttribute("role", "status");
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    })) input.setAttribute(name, value);
    const holder = document.createElement("span");
    // Moved, a field loses the focus, and whoever writes in it the letters that follow.
    const hadFocus = document.activeElement === input;
    holder.className = "combobox";
    input.before(holder);
    holder.append(input, panel, spoken);
    if (hadFocus) input.focus();
    let active = -1, timer, asked = "";

    const options = () => [...list.children];
    function close() {
      clearTimeout(timer);
      panel.hidden = true;
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
      const { code, text, place } = option.dataset;
      if (!text) return chooseCountry(code, show);
      choose({ code, text, label: place });
      spoken.textContent = words.taken.replace("{}", place);
    }
    function optionFor(region, place) {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.code = region.code;
      // A country is a step to its regions, and nothing to choose.
      if (region.country === undefined) {
        option.textContent = words.country.replace("{}", region.text);
      } else {
        option.dataset.text = region.text;
        option.dataset.place = `${region.text}, ${region.country}`;
        option.append(region.label || option.dataset.place);
        if (region.label) {
          const code = document.createElement("span");
          code.className = "option-code";
          code.textContent = region.code;
          option.append(" ", code);
        }
      }
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(option); });
      return option;
    }
    function show({ found, countries = [], outside = "", note: more = "" }) {
      // Whoever types the name of a country means it; one that only begins so comes last.
      const named = countries.filter((country) => country.is_exact);
      const others = countries.filter((country) => !country.is_exact);
      const all = [...named, ...found, ...others];
      list.replaceChildren(...all.map(optionFor));
      list.hidden = !all.length;
      const none = all.length || outside || more ? "" : words.none;
      note.textContent = [outside, more, none].filter(Boolean).join(" ");
      note.hidden = !note.textContent;
      active = -1;
      panel.hidden = false;
      input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-expanded", String(Boolean(all.length)));
      const many = all.length === 1 ? words.one : words.many.replace("{}", all.length);
      spoken.textContent = [note.textContent, all.length ? many : ""].filter(Boolean).join(" ");
    }
    async function search() {
      const typed = input.value.trim();
      if (typed.length < 2 || typed === asked) { if (typed.length < 2) close(); return; }
      asked = typed;
      const isAsked = () => input.value.trim() === typed && document.activeElement === input;
      try {
        const answer = await fetch(asking(url, { q: typed.slice(0, 100) }));
        // 429: too many searches from this network, which the answer says.
        if (!answer.ok && answer.status !== 429) throw new Error(answer.status);
        if (answer.status === 429) asked = "";
        const content = await answer.json();
        if (isAsked()) show(content);
      } catch {
        asked = "";
        if (isAsked()) show({ found: [], note: words.offline });
      }
    }
    input.addEventListener("input", () => { clearTimeout(timer); asked = ""; timer = setTimeout(search, 200); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); close(); }
      else if (event.key === "ArrowDown") { event.preventDefault(); if (panel.hidden) { asked = ""; search(); } else mark(active + 1); }
      else if (event.key === "ArrowUp" && !panel.hidden) { event.preventDefault(); mark(active < 0 ? -1 : active - 1); }
      else if (event.key === "Enter" && !panel.hidden) {
        event.preventDefault();
        const all = options();
        if (active >= 0 || all.length === 1) take(all[Math.max(active, 0)]);
      }
    });
  }

  function asking(url, question) {
    const address = new URL(url, location.href);
    for (const [name, value] of Object.entries(question)) address.searchParams.set(name, value);
    return address;
  }

  function several(group) {
    const chosen = group.querySelector("[data-regions-chosen]");
    const input = group.querySelector(".regions-search input");
    // Removed, not hidden: Enter in any field would press it.
    group.querySelectorAll(".regions-search button").forEach((button) => button.remove());
    map(group, chosen);
    combobox(input, {
      url: group.dataset.regions,
      words: group.dataset,
      choose(region) {
        input.value = "";
        const there = boxOf(group, region.code);
        if (there) there.checked = true;
        else chosen.append(optionOf(group.dataset.name, region));
        group.dispatchEvent(new Event("change", { bubbles: true }));
      },
      chooseCountry(code) {
        const select = group.querySelector("[data-regions-map] select");
        select.closest("details").open = true;
        select.value = code;
        select.dispatchEvent(new Event("change"));
        select.focus();
      },
    });
  }

  const boxOf = (group, code) =>
    [...group.querySelectorAll("[type=checkbox]")].find((box) => box.value === code);

  function map(group, chosen) {
    const tools = group.querySelector("[data-regions-map]");
    const select = tools.querySelector("select");
    group.querySelector("[data-regions-hint]").hidden = false;
    const show = mapOf(group, select, {
      url: tools.dataset.regionsMap,
      words: tools.dataset,
      role: "checkbox",
      isChosen: (code) => Boolean(boxOf(group, code)?.checked),
      toggle({ code, label, country }) {
        const box = boxOf(group, code);
        if (box) box.checked = !box.checked;
        else chosen.append(optionOf(group.dataset.name, { code, label: `${label}, ${country}` }));
        group.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
    group.addEventListener("change", show);
  }

  /* The map of the country that a select names; its regions are boxes, or choices of one. */
  function mapOf(holder, select, { url, words, role, isChosen, toggle }) {
    const picture = holder.querySelector("[data-regions-picture]");
    const said = holder.querySelector("[data-regions-said]");
    // Which country is looked at is no answer: it is not sent.
    select.removeAttribute("name");
    let newest = 0;
    const draw = async () => {
      const number = ++newest;
      if (!select.value) {
        picture.removeAttribute("aria-busy");
        return picture.replaceChildren();
      }
      picture.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(asking(url, { country: select.value }));
        if (!answer.ok) throw new Error(answer.status);
        const drawing = await answer.text();
        // Somebody has chosen another country meanwhile.
        if (number !== newest) return;
        picture.innerHTML = drawing;
        wire();
        said.textContent = "";
      } catch {
        if (number !== newest) return;
        said.textContent = words.failed;
      }
      picture.removeAttribute("aria-busy");
    };
    select.addEventListener("change", draw);

    const regions = () => [...picture.querySelectorAll("a[data-code]")];
    // The others, outside the picture, are links in a list.
    const drawn = () => regions().filter((region) => region.ownerSVGElement);
    const nameOf = (region) => region.getAttribute("aria-label") || region.textContent.trim();
    function show() {
      for (const region of regions()) {
        const isIt = isChosen(region.dataset.code);
        region.setAttribute("aria-checked", String(isIt));
        region.firstElementChild?.setAttribute("class", isIt ? "map-chosen" : "map-pale");
      }
    }
    function name(region) {
      const state = region.getAttribute("aria-checked") === "true" ? words.chosen : words.notChosen;
      said.textContent = `${nameOf(region)}: ${state}`;
    }
    function press(region) {
      toggle({ ...region.dataset, label: nameOf(region) });
      show();
      name(region);
    }
    function reach(region) {
      drawn().forEach((other) => other.setAttribute("tabindex", other === region ? "0" : "-1"));
    }
    function wire() {
      const all = drawn();
      // On top of all regions: a neighbour drawn later would cover the border of the one with the focus.
      const ring = document.createElementNS("http://www.w3.org/2000/svg", "path");
      ring.setAttribute("class", "map-ring");
      picture.querySelector("svg").append(ring);
      for (const region of regions()) {
        const isDrawn = all.includes(region);
        region.removeAttribute("href");
        region.setAttribute("role", role);
        if (!isDrawn) region.tabIndex = 0;
        region.addEventListener("click", (event) => {
          event.preventDefault();
          if (isDrawn) reach(region);
          region.focus();
          press(region);
        });
        region.addEventListener("focus", () => {
          name(region);
          if (isDrawn) ring.setAttribute("d", region.firstElementChild.getAttribute("d"));
        });
        region.addEventListener("blur", () => ring.removeAttribute("d"));
        // Not mouseenter: that comes, too, when the page moves under a mouse at rest, and would hide what has the focus.
        region.addEventListener("mousemove", () => name(region));
        region.addEventListener("keydown", (event) => {
          const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
          if (event.key === " " || event.key === "Enter") press(region);
          else if (way && isDrawn) go(all, region, way);
          else return;
          event.preventDefault();
        });
      }
      show();
      if (all.length) reach(largest(all));
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
    return show;
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
    const field = input.closest("[data-region-field]");
    // What was offered for an earlier text: another text takes its place.
    const withdraw = () => field.querySelector("[data-region-offers]")?.remove();
    input.addEventListener("input", withdraw);
    // Removed, not hidden: Enter in any field would press it.
    field.querySelector("button")?.remove();
    const take = (text) => {
      withdraw();
      input.value = text;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    mapOfOne(field, input, take);
    combobox(input, {
      url: input.dataset.region,
      words: field.dataset,
      choose: (region) => take(region.text),
      async chooseCountry(code, show) {
        try {
          const answer = await fetch(asking(input.dataset.region, { country: code }));
          if (!answer.ok) throw new Error(answer.status);
          show(await answer.json());
        } catch { show({ found: [], note: field.dataset.offline }); }
      },
    });
  }

  /* The map for a single region; which countries there are is asked for when somebody opens it. */
  function mapOfOne(field, input, take) {
    const details = field.querySelector("[data-region-map]");
    const { regionMap: url, areas } = details.dataset;
    const holder = details.querySelector("[data-regions-areas]");
    details.hidden = false;
    details.addEventListener("toggle", async () => {
      if (!details.open || holder.firstElementChild) return;
      try {
        const answer = await fetch(areas);
        if (!answer.ok) throw new Error(answer.status);
        holder.innerHTML = await answer.text();
        const show = mapOf(details, holder.querySelector("select"), {
          url,
          words: details.dataset,
          role: "radio",
          isChosen: (code) => input.value.trim().endsWith(`(${code})`),
          toggle: ({ label }) => take(label),
        });
        input.addEventListener("change", show);
      } catch { details.querySelector("[data-regions-said]").textContent = details.dataset.failed; }
    });
    // What is looked at on the map is no answer, and saves nothing.
    for (const kind of ["input", "change"]) holder.addEventListener(kind, (event) => event.stopPropagation());
  }

  document.querySelectorAll("[data-regions]").forEach(several);
  const ready = (root) => root.querySelectorAll("input[data-region]:not([name*=__prefix__])").forEach(one);
  ready(document);
  // A row was added.
  document.addEventListener("change", ({ target }) => { if (target.matches("[data-rows]")) ready(target); });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input[data-region]")) one(event.target);
  });
})();
