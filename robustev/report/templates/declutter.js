"use strict";
// Names stand in order of weight: one that would touch an earlier one, or leave the map, hides.
function declutter(plot) {
  const notes = plot._fullLayout.annotations || [], kept = [];
  const map = plot.querySelector(".nsewdrag");
  if (!map) return;
  const edge = map.getBoundingClientRect();
  for (const node of plot.querySelectorAll(".infolayer .annotation")) {
    const note = notes[Number(node.dataset.index)];
    if (!note || note.name !== "label") {
      kept.push(node.getBoundingClientRect());
      continue;
    }
    const box = node.querySelector(".annotation-text-g").getBoundingClientRect();
    const out = box.left < edge.left || box.right > edge.right || box.top < edge.top || box.bottom > edge.bottom;
    const meets = kept.some((other) => box.left < other.right + 3 && other.left < box.right + 3 &&
      box.top < other.bottom + 1 && other.top < box.bottom + 1);
    const full = kept.length > (edge.width < 420 ? 7 : 14);
    node.style.visibility = out || meets || full ? "hidden" : "visible";
    if (!out && !meets && !full) kept.push(box);
  }
}
