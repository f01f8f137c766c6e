/* Finds regions while one types: in the search of several regions, and in a text field for one. */
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
    group.querySelector(".regions-search button").remove();
    combobox(input, {
      url: group.dataset.regions,
      none: group.dataset.none,
      choose(region) {
        input.value = "";
        const there = [...group.querySelectorAll("[type=checkbox]")].find((box) => box.value === region.code);
        if (there) there.checked = true;
        else chosen.append(optionOf(group.dataset.name, region));
        group.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
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
