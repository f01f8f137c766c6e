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

  function askForOther(country) {
    const other = document.getElementById("id_other_country").closest(".field");
    const show = () => { other.hidden = country.value !== "other"; };
    country.addEventListener("change", show);
    show();
  }

  document.querySelectorAll(".fill-across").forEach(fillAcross);
  document.querySelectorAll("#id_country").forEach(askForOther);
})();
