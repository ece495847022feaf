"use strict";
(() => {
  const config = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: "reset" };
  const drawn = new Map();
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Layouts are made for a wide light page; this fits them to the page at hand.
  function fitted(layout, width, paper) {
    const fit = structuredClone(layout);
    const ink = style("--ink"), grid = style("--grid"), narrow = width < 560;
    fit.font = { ...fit.font, color: ink, size: paper ? 11 : narrow ? 12 : 13 };
    if (paper) fit.height *= 0.78;
    fit.width = width;
    for (const key of Object.keys(fit)) {
      if (!/^[xy]axis\d*$/.test(key)) continue;
      fit[key] = { ...fit[key], gridcolor: grid, linecolor: grid, zerolinecolor: grid };
      if (narrow && key[0] === "x" && fit[key].nticks) fit[key].nticks = 4;
    }
    if (fit.annotations && narrow) fit.annotations = fit.annotations.filter((note, n) => !note.name || n < 12);
    for (const note of fit.annotations || []) {
      note.font = { ...note.font, color: ink };
      if (note.name === "label") note.bgcolor = `${style("--paper")}b8`;
    }
    if (isMap(fit) && narrow) fit.height = Math.max(380, Math.min(fit.height, width * 1.4));
    return fit;
  }

  const isMap = (layout) => Boolean(layout.yaxis && layout.yaxis.scaleanchor);

  function smaller(marker, factor) {
    if (!marker || marker.sizeref === undefined) return;
    marker.sizeref *= marker.sizemode === "area" ? factor * factor : factor;
  }

  function fittedTraces(traces, width, map) {
    const narrow = width < 560, bars = traces.filter((t) => colourBar(t)).length;
    let bar = 0;
    return structuredClone(traces).map((trace) => {
      if (trace.meta === "ground" && ["land", "sea"].includes(trace.name)) {
        trace.fillcolor = style(trace.name === "land" ? "--land" : "--water");
      }
      const part = colourBar(trace);
      if (part && narrow) {
        Object.assign(part.colorbar, { orientation: "h", x: 0.5 * bar, xanchor: "left", y: -0.02,
          yanchor: "top", len: bars > 1 ? 0.46 : 0.9, nticks: bars > 1 ? 3 : 5 });
        part.colorbar.title.text = part.colorbar.title.text.replace("<br>", " ");
      } else if (part && bars > 1) {
        Object.assign(part.colorbar, { len: 0.42, y: bar ? 0.25 : 0.75 });
      }
      if (part) bar += 1;
      if (narrow && map) smaller(trace.marker, 1.5);
      return trace;
    });
  }

  const colourBar = (trace) =>
    trace.colorbar ? trace : trace.marker && trace.marker.colorbar ? trace.marker : null;

  function chosenView(figure, data) {
    const value = (name) => (figure.querySelector(name) || { value: "" }).value;
    const one = value(".view") || Object.keys(data.views)[0], two = value(".versus");
    return data.views[`${one}|${two}`] || data.views[`${two}|${one}`] || data.views[one];
  }

  function draw(figure, width) {
    const key = figure.dataset.key, plot = figure.querySelector(".plot");
    if (!drawn.has(key)) drawn.set(key, JSON.parse(document.getElementById(`data-${key}`).textContent));
    const data = drawn.get(key), view = chosenView(figure, data);
    const size = width || plot.clientWidth;
    const layout = fitted(view.layout, size, Boolean(width));
    plot.style.minHeight = "";
    tell(figure, view);
    plot.setAttribute("aria-label", `${figure.querySelector("h3").textContent}. ${view.text}`);
    return Plotly.react(plot, fittedTraces([...data.base, ...view.data], size, isMap(layout)), layout, config)
      .then(() => {
        if (!plot.dataset.drawn) plot.on("plotly_afterplot", () => declutter(plot));
        plot.dataset.drawn = "yes";
        declutter(plot);
      });
  }

  function tell(figure, view) {
    figure.querySelector(".told .shown").textContent = view.text;
    const list = figure.querySelector(".told .places");
    if (!list) return;
    figure.querySelector(".told .heading").textContent = view.heading;
    list.replaceChildren(...view.points.map(([name, text]) => {
      const item = document.createElement("li"), bold = document.createElement("b");
      bold.textContent = name;
      item.append(bold, ` ${text}`);
      return item;
    }));
  }

  function zoom(figure, factor) {
    const plot = figure.querySelector(".plot");
    if (!factor) {
      const { xaxis, yaxis } = chosenView(figure, drawn.get(figure.dataset.key)).layout;
      Plotly.relayout(plot, { "xaxis.range": [...xaxis.range], "yaxis.range": [...yaxis.range] });
      return;
    }
    const update = {};
    for (const axis of ["xaxis", "yaxis"]) {
      const [low, high] = plot._fullLayout[axis].range, middle = (low + high) / 2;
      const half = ((high - low) / 2) * factor;
      update[`${axis}.range`] = [middle - half, middle + half];
    }
    Plotly.relayout(plot, update);
  }

  function sort(table, column, head) {
    const down = head.getAttribute("aria-sort") === "descending" ||
      (!head.hasAttribute("aria-sort") && !head.classList.contains("number"));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "ascending" : "descending");
    const value = (row) => {
      const cell = row.cells[column];
      return cell.dataset.order !== undefined ? Number(cell.dataset.order) : cell.textContent;
    };
    const compare = (a, b) => {
      const x = value(a), y = value(b);
      if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
      const order = typeof x === "number" ? x - y : x.localeCompare(y, undefined, { numeric: true });
      return down ? order : -order;
    };
    table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
  }

  const figures = [...document.querySelectorAll(".picture")];
  const all = (width) => window.Plotly && Promise.all(figures.map((figure) => draw(figure, width)));

  for (const figure of figures) {
    figure.querySelectorAll("select").forEach((box) => box.addEventListener("change", () => draw(figure)));
    figure.querySelectorAll("[data-zoom]").forEach((button) =>
      button.addEventListener("click", () => zoom(figure, Number(button.dataset.zoom))));
  }
  document.querySelectorAll("table.sortable").forEach((table) =>
    [...table.tHead.rows[0].cells].forEach((head, column) =>
      head.querySelector("button").addEventListener("click", () => sort(table, column, head))));

  let waiting, before = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === before) return;  // a phone's bars come and go while scrolling
    before = window.innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(() => all(), 150);
  });
  const PAPER = 680;  // CSS pixels between the margins of A4
  const printed = [...document.querySelectorAll("details[data-printed]")];
  window.addEventListener("beforeprint", () => {
    for (const part of printed) {
      part.dataset.open = part.open;
      part.open = true;
    }
    all(PAPER);
  });
  window.addEventListener("afterprint", () => {
    for (const part of printed) part.open = part.dataset.open === "true";
    all();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => all());

  // The library is packed, which halves the page.
  async function library() {
    const packed = document.getElementById("library");
    const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(plain).text();
    document.head.append(script);
    packed.remove();
  }

  // One after the other, so that the page answers while it draws.
  library()
    .then(() => figures.reduce((done, figure) => done.then(() => draw(figure)), Promise.resolve()))
    .then(() => { document.documentElement.dataset.ready = "yes"; })
    .catch((error) => {
      delete document.documentElement.dataset.scripts;  // the tables stand
      throw error;
    });
})();
