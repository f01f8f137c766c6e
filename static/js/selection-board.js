// Counts the places while outcomes are chosen; without it the server counts at each save.
document.addEventListener("change", (event) => {
  const board = event.target.closest("[data-board]");
  if (!board || !event.target.matches("select[data-outcome]")) return;
  const outcomes = [...board.querySelectorAll("select[data-outcome]")];
  const chosen = outcomes.filter((outcome) => outcome.value === "selected").length;
  const selected = chosen + Number(board.dataset.elsewhere);
  const left = Number(board.dataset.left) - selected;
  board.querySelector("[data-here]").textContent = selected;
  const after = board.querySelector("[data-after]");
  after.textContent = left;
  after.classList.toggle("staff-over", left < 0);
});
