// The report's data and its arithmetic, without the page: columns of points, groups, shares with intervals.
"use strict";

/** Base64 of little-endian numbers as a typed array. */
function decodeNumbers(text, Type) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return new Type(bytes.buffer);
}

/** The points of the sweep. Parameters are codes into their sorted different values; null is an unused key. */
class Points {
  constructor(data) {
    this.size = data.points;
    this.tests = data.tests;
    this.parameters = data.parameters.map((p) => ({
      name: p.name, label: p.label, values: p.values, numeric: p.values.every((v) => v === null || typeof v === "number"),
      codes: decodeNumbers(p.codes, Uint32Array),
    }));
    this.status = decodeNumbers(data.status, Uint8Array);
    this.statusNames = data.statusNames;
    this.mse = decodeNumbers(data.mse, Float32Array);
    this.order = data.order === null ? null : decodeNumbers(data.order, Float32Array);
    this.ids = data.ids;
  }
  parameter(name) { return this.parameters.find((p) => p.name === name); }
  value(name, row) { const p = this.parameter(name); return p.values[p.codes[row]]; }
  /** Relative test error; infinite where the training diverged, NaN where there is none. */
  error(row, test) {
    const status = this.statusNames[this.status[row]];
    if (status === "diverged") return Infinity;
    return status === "done" ? this.mse[row * this.tests.length + test] : NaN;
  }
  id(row) { return this.ids.slice(16 * row, 16 * row + 16); }
}

/** Wilson's 95 % interval of k successes in n trials. */
function wilson(k, n) {
  const z = 1.959963984540054, p = k / n, d = 1 + z * z / n;
  const centre = (p + z * z / (2 * n)) / d;
  const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / d;
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** The q-quantile of sorted numbers, between order statistics. */
function quantile(sorted, q) {
  const at = q * (sorted.length - 1), below = Math.floor(at);
  if (at === below || sorted[below] === sorted[below + 1]) return sorted[below];
  return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

/** What is drawn of an ensemble: {value, low, high, n}, or null when no row is measured. */
const measures = {
  success: {
    label: "share of successful runs", logarithmic: false,
    of(points, rows, test, threshold) {
      let n = 0, k = 0;
      for (const row of rows) {
        const error = points.error(row, test);
        if (Number.isNaN(error)) continue;
        ++n;
        if (error < threshold) ++k;
      }
      if (n === 0) return null;
      const [low, high] = wilson(k, n);
      return {value: k / n, low, high, n};
    },
  },
  median: {
    label: "median test MSE / Var(target)", logarithmic: true,
    of(points, rows, test) {
      const errors = [];
      for (const row of rows) {
        const error = points.error(row, test);
        if (!Number.isNaN(error)) errors.push(error);
      }
      if (errors.length === 0) return null;
      errors.sort((a, b) => a - b);
      return {value: quantile(errors, 0.5), low: quantile(errors, 0.25), high: quantile(errors, 0.75), n: errors.length};
    },
  },
  order: {
    label: "mean of |order parameter|", logarithmic: false,
    of(points, rows) {
      let n = 0, sum = 0, squares = 0;
      for (const row of rows) {
        const m = Math.abs(points.order === null ? NaN : points.order[row]);
        if (Number.isNaN(m)) continue;
        ++n;
        sum += m;
        squares += m * m;
      }
      if (n === 0) return null;
      const mean = sum / n, error = n > 1 ? Math.sqrt(Math.max(squares / n - mean * mean, 0) / (n - 1)) : 0;
      return {value: mean, low: mean - 1.96 * error, high: mean + 1.96 * error, n};
    },
  },
};

/** Rows by the codes of two parameters: Map from code a to Map from code b to rows. `filters`: {name: code}. */
function grouped(points, a, b, filters) {
  const result = new Map();
  const conditions = Object.entries(filters).map(([name, code]) => [points.parameter(name).codes, code]);
  const first = points.parameter(a).codes, second = b === null ? null : points.parameter(b).codes;
  for (let row = 0; row < points.size; ++row) {
    if (conditions.some(([codes, code]) => codes[row] !== code)) continue;
    const outer = second === null ? 0 : second[row];
    if (!result.has(outer)) result.set(outer, new Map());
    const inner = result.get(outer);
    if (!inner.has(first[row])) inner.set(first[row], []);
    inner.get(first[row]).push(row);
  }
  return result;
}

function brief(number) {
  if (number === null || number === undefined || Number.isNaN(number)) return "–";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "−∞";
  const size = Math.abs(number);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? number.toExponential(2) : String(Number(number.toPrecision(4)));
}

if (typeof module !== "undefined") module.exports = {Points, decodeNumbers, wilson, quantile, measures, grouped, brief};
