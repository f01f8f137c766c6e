// Counts outcomes and places while they are chosen; without it the server counts at each save.
document.addEventListener("change", (event) => {
  const board = event.target.closest("[data-board]");
  if (!board || !event.target.matches("select[data-outcome]")) return;
  const outcomes = [...board.querySelectorAll("select[data-outcome]")];
  const count = (outcome, call) =>
    outcomes.filter(({ value, dataset }) => value === outcome && (!call || call === "all" || dataset.call === call)).length;
  for (const tally of board.querySelectorAll("[data-tally]")) {
    tally.textContent = count(tally.dataset.tally) + Number(tally.dataset.elsewhere);
  }
  for (const places of board.querySelectorAll("[data-places]")) {
    const { left, elsewhere, places: call } = places.dataset;
    const after = Number(left) - Number(elsewhere) - count("selected", call);
    places.textContent = after;
    places.classList.toggle("staff-over", after < 0);
  }
});
