// Counts the places while outcomes are chosen; without it the server counts at each save.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const left = Number(board.dataset.left) - Number(board.dataset.elsewhere);
  const here = board.querySelector("[data-here]");
  const after = board.querySelector("[data-after]");
  const count = () => {
    const chosen = [...board.querySelectorAll("select[data-outcome]")].filter((s) => s.value === "selected").length;
    here.textContent = chosen + Number(board.dataset.elsewhere);
    after.textContent = left - chosen;
    after.classList.toggle("staff-over", left - chosen < 0);
  };
  board.addEventListener("change", (event) => {
    if (event.target.matches("select[data-outcome]")) count();
  });
  count();
})();
