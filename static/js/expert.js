/* Makes two sections of the expert profile quicker; both work without it, by their buttons. */
(() => {
  "use strict";

  function fillAcross(grid) {
    const days = document.getElementById("id_fill_days");
    const done = document.createElement("p");
    done.setAttribute("role", "status");
    grid.append(done);
    const fill = (onlyEmpty) => {
      document.querySelectorAll(".months input").forEach((input) => {
        if (!onlyEmpty || !input.value.trim()) input.value = days.value;
      });
      days.dispatchEvent(new Event("change", { bubbles: true }));
      done.textContent = grid.dataset.filled;
    };
    grid.addEventListener("click", (event) => {
      const { name } = event.target;
      if (name !== "fill_all" && name !== "fill_empty") return;
      event.preventDefault();
      fill(name === "fill_empty");
    });
  }

  function followCountry(button) {
    const country = document.getElementById("id_country");
    const unit = document.getElementById("id_unit");
    const other = document.getElementById("id_other_country");
    const showOther = () => { other.closest(".field").hidden = country.value !== "other"; };
    const showRegions = async () => {
      const data = new FormData(country.form);
      data.set(button.name, "1");
      try {
        const answer = await fetch(country.form.action, { method: "POST", body: data });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        unit.replaceChildren(...page.getElementById("id_unit").children);
      } catch {
        // Offline, or logged out: the button says it on a page of its own.
        button.hidden = false;
      }
    };
    country.addEventListener("change", () => { showOther(); showRegions(); });
    button.hidden = true;
    showOther();
    // Chosen before this ran, or put back by the browser: the regions on the page are of another country.
    if (country.value !== (country.querySelector("option[selected]")?.value ?? "")) showRegions();
  }

  document.querySelectorAll(".fill-across").forEach(fillAcross);
  document.querySelectorAll("[name=show_regions]").forEach(followCountry);
})();
