// The report's page: menus, curves, heat map, and the table of the points behind a mark. report_data.js has the data.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const points = new Points(data);
const colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
const dashes = ["", "7 2", "2 2", "7 2 2 2", "11 3"];
const drawing = "http://www.w3.org/2000/svg";
const numericAxes = points.parameters.filter((p) => p.numeric && p.values.filter((v) => v !== null).length > 1);
const varying = points.parameters.filter((p) => p.name !== "seed");

function svg(parent, name, attributes, text) {
  const node = document.createElementNS(drawing, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  parent.appendChild(node);
  return node;
}

function menu(id, label, choices, chosen) {
  const box = document.createElement("label");
  box.textContent = label + " ";
  const select = document.createElement("select");
  select.id = id;
  for (const [value, text] of choices) select.add(new Option(text, value, false, value === chosen));
  select.addEventListener("change", draw);
  box.appendChild(select);
  document.getElementById("menus").appendChild(box);
  return select;
}

const first = (names, otherwise) => names.find((name) => points.parameter(name)) ?? otherwise;
const defaultAxis = data.axis && points.parameter(data.axis) ? data.axis : first(["activation_slope"], numericAxes[0]?.name);
const others = varying.filter((p) => p.name !== defaultAxis).map((p) => p.name);
const defaultLines = others.find((name) => name === "training_steps") ?? others.find((name) => name === "model_width") ?? others[0] ?? "";
const menus = {
  axis: menu("axis", "axis", numericAxes.filter((p) => p.name !== "seed").map((p) => [p.name, p.label]), defaultAxis),
  lines: menu("lines", "lines and rows", [["", "one"], ...varying.map((p) => [p.name, p.label])], defaultLines),
  measure: menu("measure", "shown", Object.entries(measures).map(([key, m]) => [key, m.label]), "success"),
  test: menu("test", "test inputs", data.tests.map((name, i) => [String(i), name]), "0"),
};
const threshold = document.createElement("input");
threshold.id = "threshold";
threshold.value = String(data.threshold);
threshold.size = 8;
threshold.addEventListener("change", draw);
const thresholdLabel = document.createElement("label");
thresholdLabel.append("success below ", threshold);
document.getElementById("menus").appendChild(thresholdLabel);

// A menu for each other parameter that varies: one value, or all of them together.
const filterMenus = new Map();
for (const p of varying)
  filterMenus.set(p.name, menu("only_" + p.name, p.label, [["all", "all"], ...p.values.map((v, i) => [String(i), v === null ? "(unused)" : String(v)])],
                               p.name === defaultAxis || p.name === defaultLines ? "all" : "0"));

function chosenFilters() {
  const filters = {};
  for (const [name, select] of filterMenus) {
    const free = name === menus.axis.value || name === menus.lines.value;
    select.disabled = free;
    if (!free && select.value !== "all") filters[name] = Number(select.value);
  }
  return filters;
}

const tip = document.getElementById("tip");
function showTip(event, lines) {
  tip.textContent = lines.join("\n");
  tip.style.display = "block";
  tip.style.left = Math.min(event.pageX + 14, document.documentElement.clientWidth - 260) + "px";
  tip.style.top = event.pageY + 14 + "px";
}
function hoverable(node, lines, rows) {
  node.classList.add("mark");
  node.addEventListener("mousemove", (event) => showTip(event, lines));
  node.addEventListener("mouseleave", () => { tip.style.display = "none"; });
  node.addEventListener("click", () => showPoints(lines[0], rows));
}

/** A scale from values to pixels; logarithmic for positive values that span much. */
function scale(low, high, from, to, logarithmic) {
  const f = logarithmic ? Math.log10 : (v) => v;
  const a = f(low), b = f(high) === a ? a + 1 : f(high);
  return (v) => from + (to - from) * (f(v) - a) / (b - a);
}
function ticksOf(low, high, logarithmic) {
  if (logarithmic) {
    const ticks = [], step = Math.max(1, Math.ceil((Math.log10(high) - Math.log10(low)) / 7));
    for (let e = Math.ceil(Math.log10(low)); e <= Math.log10(high); e += step) ticks.push(10 ** e);
    return ticks.length > 1 ? ticks : [low, high];
  }
  const raw = (high - low) / 5, size = 10 ** Math.floor(Math.log10(raw || 1));
  const step = [1, 2, 5, 10].map((m) => m * size).find((s) => s >= raw) ?? size;
  const ticks = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + 1e-9 * step; t += step) ticks.push(Number(t.toPrecision(12)));
  return ticks;
}
const spansMuch = (values) => values.length > 2 && values[0] > 0 && values[values.length - 1] / values[0] >= 50;

function frame(id, width, height) {
  const holder = document.getElementById(id);
  holder.replaceChildren();
  return svg(holder, "svg", {viewBox: `0 0 ${width} ${height}`, role: "img"});
}

function legendName(code) {
  if (menus.lines.value === "") return "all";
  const value = points.parameter(menus.lines.value).values[code];
  return value === null ? "(unused)" : String(value);
}

const byCode = (a, b) => a - b;  // codes are in the order of the values

/** Critical values of the analysis for what is shown: [{line, value, low, high}]. */
function criticalValues(filters) {
  if (menus.axis.value !== data.axis || data.critical.length === 0) return [];
  const wanted = {...filters};
  return data.critical.filter((c) => c.test === data.tests[Number(menus.test.value)] && Object.entries(wanted).every(([name, code]) => {
    const value = points.parameter(name).values[code];
    return !(name in c.parameters) || c.parameters[name] === value;
  })).map((c) => ({...c, line: menus.lines.value === "" ? null : c.parameters[menus.lines.value] ?? null}));
}

function drawCurves(groups, axis, measure, filters) {
  const width = 760, height = 430, left = 70, right = 630, top = 14, bottom = 380;
  const root = frame("curves", width, height);
  const entries = [];
  for (const [line, inner] of [...groups].sort((a, b) => byCode(a[0], b[0])))
    for (const [code, rows] of [...inner].sort((a, b) => byCode(a[0], b[0]))) {
      const x = axis.values[code], found = x === null ? null : measure.of(points, rows, Number(menus.test.value), Number(threshold.value));
      if (found) entries.push({line, x, rows, ...found});
    }
  if (entries.length === 0) { svg(root, "text", {x: left, y: 60}, "nothing is measured here"); return; }
  const xs = [...new Set(entries.map((e) => e.x))].sort((a, b) => a - b);
  const xScale = scale(xs[0], xs[xs.length - 1], left + 12, right - 12, spansMuch(xs));
  const floor = 1e-17, clip = (v) => measure.logarithmic ? Math.max(v, floor) : v;
  const finite = entries.flatMap((e) => [e.low, e.high]).filter(Number.isFinite).map(clip);
  const low = measure.logarithmic ? Math.min(...finite.length ? finite : [floor]) : 0, high = Math.max(...finite, measure.logarithmic ? low * 10 : 1);
  const yScale = scale(low, high, bottom - 8, top + 8, measure.logarithmic);
  const y = (v) => Math.max(top, Math.min(bottom, yScale(Math.min(clip(v), high))));
  for (const t of ticksOf(low, high, measure.logarithmic)) {
    svg(root, "line", {x1: left, x2: right, y1: y(t), y2: y(t), class: "grid"});
    svg(root, "text", {x: left - 6, y: y(t) + 4, "text-anchor": "end"}, brief(t));
  }
  for (const t of ticksOf(xs[0], xs[xs.length - 1], spansMuch(xs)))
    svg(root, "text", {x: xScale(t), y: bottom + 18, "text-anchor": "middle"}, brief(t));
  svg(root, "rect", {x: left, y: top, width: right - left, height: bottom - top, class: "frame"});
  svg(root, "text", {x: (left + right) / 2, y: height - 8, "text-anchor": "middle"}, axis.label);
  svg(root, "text", {transform: `translate(14 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle"}, measure.label);
  const lines = [...new Set(entries.map((e) => e.line))];
  lines.forEach((line, i) => {
    const colour = colours[i % colours.length], along = entries.filter((e) => e.line === line);
    const band = along.map((e) => `${xScale(e.x)},${y(e.low)}`).concat(along.slice().reverse().map((e) => `${xScale(e.x)},${y(e.high)}`));
    svg(root, "polygon", {points: band.join(" "), fill: colour, opacity: 0.13});
    svg(root, "polyline", {points: along.map((e) => `${xScale(e.x)},${y(e.value)}`).join(" "), fill: "none", stroke: colour,
                           "stroke-width": 1.6, "stroke-dasharray": dashes[i % dashes.length]});
    for (const e of along)
      hoverable(svg(root, "circle", {cx: xScale(e.x), cy: y(e.value), r: 4, fill: colour, stroke: "white"}),
                describe(axis, e, line), e.rows);
    const place = top + 20 + 18 * i;
    svg(root, "line", {x1: right + 12, x2: right + 36, y1: place - 4, y2: place - 4, stroke: colour, "stroke-width": 2,
                       "stroke-dasharray": dashes[i % dashes.length]});
    svg(root, "text", {x: right + 42, y: place}, legendName(line));
  });
  for (const c of criticalValues(filters)) {
    const i = lines.findIndex((line) => c.line === null || points.parameter(menus.lines.value).values[line] === c.line);
    if (i < 0 || c.value < xs[0] || c.value > xs[xs.length - 1]) continue;
    const colour = colours[i % colours.length], at = y(measure === measures.success ? 0.5 : low);
    svg(root, "line", {x1: xScale(Math.max(c.low, xs[0])), x2: xScale(Math.min(c.high, xs[xs.length - 1])), y1: at, y2: at, stroke: colour, "stroke-width": 3});
    hoverable(svg(root, "path", {d: `M${xScale(c.value)} ${at - 7}l6 7l-6 7l-6 -7z`, fill: "white", stroke: colour, "stroke-width": 2}),
              [`critical value (${c.method}) ${brief(c.value)} [${brief(c.low)}, ${brief(c.high)}]`], []);
  }
}

function describe(axis, e, line) {
  const lines = [`${axis.label} = ${brief(e.x)}` + (menus.lines.value === "" ? "" : `, ${points.parameter(menus.lines.value).label} = ${legendName(line)}`),
                 `${measures[menus.measure.value].label}: ${brief(e.value)}`, `[${brief(e.low)}, ${brief(e.high)}], ${e.n} runs`];
  return [...lines, "click: the points behind it"];
}

/** A perceptually ordered scale that colour-blind readers can tell apart (after cividis). */
function shade(t) {
  const stops = [[0, 32, 77], [59, 73, 108], [112, 113, 115], [166, 157, 117], [217, 201, 93], [255, 234, 70]];
  const at = Math.max(0, Math.min(1, t)) * (stops.length - 1), i = Math.min(Math.floor(at), stops.length - 2);
  return `rgb(${stops[i].map((v, k) => Math.round(v + (at - i) * (stops[i + 1][k] - v))).join(",")})`;
}

function drawHeat(groups, axis, measure, filters) {
  const width = 760, left = 110, right = 640, top = 14, cell = 34;
  const rows = [...groups.keys()].sort(byCode).reverse(), bottom = top + cell * rows.length;
  const root = frame("heat", width, bottom + 70);
  const columns = [...new Set([...groups.values()].flatMap((inner) => [...inner.keys()]))].filter((c) => axis.values[c] !== null).sort(byCode);
  const x = (i) => left + (right - left) * i / columns.length;
  const entries = [];
  rows.forEach((line, r) => columns.forEach((code, c) => {
    const members = groups.get(line).get(code);
    const found = members && measure.of(points, members, Number(menus.test.value), Number(threshold.value));
    if (found) entries.push({line, r, c, x: axis.values[code], rows: members, ...found});
  }));
  const transform = (v) => measure.logarithmic ? Math.log10(Math.max(v, 1e-17)) : v;
  const values = entries.map((e) => transform(e.value)).filter(Number.isFinite);
  const low = measure.logarithmic ? Math.min(...values) : 0, high = measure.logarithmic ? Math.max(...values) : 1;
  for (const e of entries) {
    const link = svg(root, "a", {href: "#points"});
    hoverable(svg(link, "rect", {x: x(e.c), y: top + cell * e.r, width: x(1) - left + 0.3, height: cell - 1,
                                 fill: shade((transform(Math.min(e.value, 1e6)) - low) / (high - low || 1))}), describe(axis, e, e.line), e.rows);
  }
  rows.forEach((line, r) => svg(root, "text", {x: left - 6, y: top + cell * (r + 0.6), "text-anchor": "end"}, legendName(line)));
  const every = Math.ceil(columns.length / 12);
  columns.forEach((code, c) => { if (c % every === 0) svg(root, "text", {x: (x(c) + x(c + 1)) / 2, y: bottom + 16, "text-anchor": "middle"}, brief(axis.values[code])); });
  svg(root, "text", {x: (left + right) / 2, y: bottom + 40, "text-anchor": "middle"}, axis.label);
  for (let i = 0; i < 40; ++i) svg(root, "rect", {x: right + 20 + 2.2 * i, y: top, width: 2.4, height: 12, fill: shade(i / 39)});
  const end = (v) => brief(measure.logarithmic ? 10 ** v : v);
  svg(root, "text", {x: right + 20, y: top + 28}, end(low));
  svg(root, "text", {x: right + 108, y: top + 28, "text-anchor": "end"}, end(high));
  // Between the middles of the cells.
  const at = (value) => {
    const places = columns.map((code) => axis.values[code]);
    let i = places.findIndex((p) => p >= value);
    if (i < 0) i = places.length - 1;
    const part = i === 0 ? 0 : (value - places[i - 1]) / (places[i] - places[i - 1]) - 1;
    return (x(i) + x(i + 1)) / 2 + part * (x(1) - left);
  };
  const line = criticalValues(filters).map((c) => ({...c, r: rows.findIndex((row) => c.line === null || points.parameter(menus.lines.value).values[row] === c.line)}))
    .filter((c) => c.r >= 0 && c.method === "logistic").sort((a, b) => a.r - b.r);
  const middle = (r) => top + cell * (r + 0.5);
  const joined = menus.lines.value !== "" && points.parameter(menus.lines.value).numeric;
  for (const [colour, size] of [["black", 5], ["white", 2.5]]) {
    if (joined) svg(root, "polyline", {points: line.map((c) => `${at(c.value)},${middle(c.r)}`).join(" "), fill: "none", stroke: colour, "stroke-width": size, class: "line"});
    for (const c of line) svg(root, "line", {x1: at(c.low), x2: at(c.high), y1: middle(c.r), y2: middle(c.r), stroke: colour, "stroke-width": size, class: "line"});
  }
}

function showPoints(title, rows) {
  const most = 500, holder = document.getElementById("points");
  holder.replaceChildren();
  const heading = document.createElement("h3");
  heading.textContent = `${rows.length} points: ${title}` + (rows.length > most ? ` (the first ${most})` : "");
  const table = document.createElement("table");
  const names = points.parameters.map((p) => p.name);
  const row = (kind, cells) => {
    const line = table.insertRow();
    for (const text of cells) line.appendChild(document.createElement(kind)).textContent = text;
    return line;
  };
  row("th", ["point_id", ...names, "status", ...data.tests.map((t) => "test_mse " + t), ...points.order ? ["order_parameter"] : []]);
  for (const p of rows.slice(0, most))
    row("td", [points.id(p), ...names.map((n) => points.value(n, p) ?? ""), points.statusNames[points.status[p]],
               ...data.tests.map((_, t) => brief(points.error(p, t))), ...points.order ? [brief(points.order[p])] : []]).id = "point-" + points.id(p);
  holder.append(heading, table);
}

function draw() {
  const axis = points.parameter(menus.axis.value);
  if (!axis) return;
  if (menus.lines.value === menus.axis.value) menus.lines.value = "";
  const filters = chosenFilters(), measure = measures[menus.measure.value];
  const groups = grouped(points, axis.name, menus.lines.value || null, filters);
  drawCurves(groups, axis, measure, filters);
  drawHeat(groups, axis, measure, filters);
}
draw();
document.body.dataset.ready = "yes";
