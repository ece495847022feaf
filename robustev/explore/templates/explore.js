"use strict";
(async () => {
  const byId = (id) => document.getElementById(id);
  const state = JSON.parse(byId("state").textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const question = { closed: new Set(), opened: new Set(), budget: null, adoption: 100, growth: 100 };
  const GAP = 0.02;
  let shown = null, asked = 0;

  byId("plan").textContent = state.plan;
  byId("title").textContent = state.title;
  document.title = `What if: ${state.title}`;
  for (const site of state.sites) {
    const option = new Option(site.name + (site.kept ? " (stands today)" : ""), site.id);
    byId("site").add(option);
  }
  const budget = byId("budget"), last = state.budgets.length;  // its right end is no other budget
  Object.assign(budget, { min: 0, max: last, step: 1, value: last, disabled: !last });

  byId("growth-box").hidden = !state.grows;

  // --- asking ---------------------------------------------------------------------------------

  function content(thorough) {
    return JSON.stringify({
      closed: [...question.closed], opened: [...question.opened], budget: question.budget,
      adoption: question.adoption / 100, growth: question.growth / 100, thorough,
    });
  }

  async function post(path, thorough = false) {
    const response = await fetch(path, { method: "POST", body: content(thorough) });
    if (!response.ok) throw new Error((await response.json()).error || "no answer");
    return response;
  }

  async function ask(thorough = false) {
    const number = ++asked;
    tell(thorough ? "Closing the gap …" : "Solving …", true);
    try {
      const answer = await (await post("/answer", thorough)).json();
      if (number !== asked) return;  // another question came meanwhile
      show(answer);
      if (answer.gap > GAP && !thorough) return void ask(true);
      const sure = `${(100 * answer.gap).toFixed(2)} %`;
      tell(`Answered in ${answer.seconds.toFixed(1)} s: no plan can be more than ${sure} cheaper.`, false);
    } catch (error) {
      if (number === asked) tell(error.message, false, true);
    }
  }

  function tell(text, busy, fault = false) {
    byId("status").textContent = text;
    byId("status").className = fault ? "fault" : "";
    byId("answer").setAttribute("aria-busy", String(busy));
    if (!busy) document.documentElement.dataset.ready = "yes";
    else delete document.documentElement.dataset.ready;
  }

  // --- showing --------------------------------------------------------------------------------

  const element = (tag, text, name = "") => Object.assign(document.createElement(tag), { textContent: text, className: name });

  function show(answer) {
    shown = answer;
    byId("lead").textContent = answer.lead;
    byId("figures").replaceChildren(...answer.figures.map(([label, value, detail]) => {
      const box = document.createElement("div"), number = element("dd", value);
      if (detail) number.append(element("small", detail));
      box.append(element("dt", label), number);
      return box;
    }));
    byId("words").textContent = answer.words;
    byId("changes").replaceChildren(...answer.changes.map(([site, more, both]) => {
      const row = document.createElement("tr");
      row.append(Object.assign(element("th", site), { scope: "row" }), element("td", more, "number"), element("td", both));
      return row;
    }));
    draw();
  }

  function draw() {
    if (!shown || !shown.map) return;
    const plot = byId("map"), width = plot.clientWidth, narrow = width < 560;
    const layout = structuredClone(shown.map.layout), traces = structuredClone([...state.ground, ...shown.map.data]);
    layout.width = width;
    layout.font = { ...layout.font, color: style("--ink") };
    if (narrow) layout.height = Math.max(380, Math.min(layout.height, width * 1.4));
    for (const note of layout.annotations || []) {
      note.font = { ...note.font, color: style("--ink") };
      if (note.name === "label") note.bgcolor = `${style("--paper")}b8`;
    }
    let bars = 0;
    for (const trace of traces) {
      if (trace.meta === "ground" && trace.name === "land") trace.fillcolor = style("--land");
      if (trace.meta === "ground" && trace.name === "sea") trace.fillcolor = style("--water");
      const bar = trace.colorbar || (trace.marker && trace.marker.showscale !== false && trace.marker.colorbar);
      if (bar && narrow) Object.assign(bar, { orientation: "h", x: 0.5 * bars, xanchor: "left", y: -0.02, yanchor: "top", len: 0.46, nticks: 3 });
      else if (bar) Object.assign(bar, { len: 0.42, y: bars ? 0.25 : 0.75 });
      if (bar) bars += 1;
    }
    Plotly.react(plot, traces, layout, { displayModeBar: false, scrollZoom: false }).then(() => {
      if (plot.dataset.drawn) return;
      plot.dataset.drawn = "yes";
      plot.on("plotly_afterplot", () => declutter(plot));
      declutter(plot);
      plot.on("plotly_click", ({ points }) => {
        const site = points.map((point) => point.id).find((id) => id !== undefined);
        if (site !== undefined) byId("site").value = site;
      });
    });
  }

  // --- controls -------------------------------------------------------------------------------

  function controls() {
    const bound = Number(budget.value);
    question.budget = bound >= last ? null : state.budgets[last - 1 - bound];
    question.adoption = Number(byId("adoption").value);
    question.growth = Number(byId("growth").value);
    byId("budget-shown").textContent = question.budget === null ? "as in the run" : `${question.budget.toLocaleString("en")} ${state.money}`;
    byId("adoption-shown").textContent = `${question.adoption} % of the run's`;
    byId("growth-shown").textContent = question.growth ? `${question.growth} % of the forecast` : "demand as today";
    const name = new Map(state.sites.map((site) => [site.id, site.name]));
    const locked = [...[...question.closed].map((id) => [id, "closed"]), ...[...question.opened].map((id) => [id, "open"])];
    byId("locks").replaceChildren(...locked.map(([id, word]) => {
      const item = element("li", `${name.get(id)}: ${word}`), free = element("button", "Free");
      free.type = "button";
      free.addEventListener("click", () => lock(id, ""));
      item.append(free);
      return item;
    }));
  }

  function lock(site, kind) {
    question.closed.delete(site);
    question.opened.delete(site);
    if (kind) question[kind].add(site);
    controls();
    ask();
  }

  let waiting;
  for (const id of ["budget", "adoption", "growth"]) {
    byId(id).addEventListener("input", () => {
      controls();
      clearTimeout(waiting);
      waiting = setTimeout(() => ask(), 250);
    });
  }
  for (const button of document.querySelectorAll("[data-lock]")) {
    button.addEventListener("click", () => lock(byId("site").value, button.dataset.lock));
  }
  byId("reset").addEventListener("click", () => {
    question.closed.clear();
    question.opened.clear();
    budget.value = budget.max;
    byId("adoption").value = byId("growth").value = 100;
    controls();
    ask();
  });
  for (const [kind, file] of [["plan", "what_if.csv"], ["experiment", "what_if.yaml"]]) {
    byId(`keep-${kind}`).addEventListener("click", async () => {
      try {
        const text = await (await post(`/keep/${kind}`)).text();
        const link = Object.assign(document.createElement("a"), {
          href: URL.createObjectURL(new Blob([text], { type: "text/plain" })), download: file,
        });
        link.click();
        URL.revokeObjectURL(link.href);
      } catch (error) {
        tell(error.message, false, true);
      }
    });
  }
  window.addEventListener("resize", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  const packed = byId("library");
  const bytes = Uint8Array.from(atob(packed.textContent), (letter) => letter.charCodeAt(0));
  const script = document.createElement("script");
  script.textContent = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  document.head.append(script);
  document.documentElement.dataset.scripts = "yes";
  controls();
  ask();
})();
