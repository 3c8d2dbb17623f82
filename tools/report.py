#!/usr/bin/env python3
"""Writes a sweep as one HTML page that can be sent to a colleague: the sweep, where it comes from, the verdicts of
`rgsweep analyze`, curves and a heat map whose axes can be chosen, and the points behind every mark. The page holds all
of its data and needs no network.

The verdicts come from --phase PHASE.h5, or `rgsweep analyze` is run for them: the program given by --rgsweep, else that of
build/, else that on PATH.
"""
import argparse
import base64
import html
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    from rgsweep_results import ResultsError, load, load_phase
except ModuleNotFoundError as error:
    sys.exit(f"{sys.executable} has no module {error.name}; on Debian: apt-get install python3-h5py python3-numpy, then "
             "/usr/bin/python3 " + sys.argv[0])

TOOLS = Path(__file__).resolve().parent
# What a reader wants to know of a sweep's origin comes first; the spec has a section of its own.
ORIGIN = ("program_version", "git_commit", "git_dirty", "start_time", "end_time", "hosts", "ranks", "cpu", "kernel_variant",
          "compiler", "compiler_flags")
CSS = """
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1100px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em; margin-bottom: 0 } h2 { font-size: 1.15em; margin-top: 2em; border-bottom: 1px solid #ddd }
table { border-collapse: collapse; font-size: 13px } th, td { text-align: left; padding: 2px 12px 2px 0; vertical-align: top }
tr + tr td { border-top: 1px solid #eee } pre { font-size: 12px; background: #f6f6f6; padding: 8px; overflow-x: auto }
#menus { display: flex; flex-wrap: wrap; gap: 6px 16px; margin: 1em 0 } #points { overflow-x: auto; max-height: 480px }
svg { width: 100%; max-width: 900px; height: auto } svg text { font-size: 12px; fill: #333 }
.grid { stroke: #e5e5e5 } .frame { fill: none; stroke: #777 } .line { pointer-events: none } .mark { cursor: pointer }
.mark:hover { stroke: #000; stroke-width: 2 } .verdict { font-weight: 600 } .quiet { color: #666 }
#tip { position: absolute; display: none; white-space: pre; background: #222; color: #fff; font-size: 12px; padding: 4px 8px;
       border-radius: 3px; pointer-events: none; z-index: 9 }
"""


# ---- data of the page ----------------------------------------------------------------------------------------------

def packed(values, dtype):
    return base64.b64encode(np.ascontiguousarray(values, dtype).tobytes()).decode()


def plain(value):
    """A value for JSON; an unused key (NaN, -1 of an integer, "") is None."""
    value = value.item() if isinstance(value, np.generic) else value
    if value == "" or value == -1 or value != value:
        return None
    return value


def label_of(name):
    for section in ("model_", "activation_", "task_", "training_", "trace_", "orbit_"):
        name = name.removeprefix(section)
    return name.replace("_", " ")


def parameter(results, name):
    different, codes = np.unique(results[name], return_inverse=True)
    return {"name": name, "label": label_of(name), "values": [plain(v) for v in different], "codes": packed(codes, "<u4")}


def point_ids(results):
    ids = results["point_id"] if "point_id" in results else np.arange(results.points)
    return "".join(i if isinstance(i, str) else f"{int(i) & (2**64 - 1):016x}" for i in ids.tolist())


def page_data(results, phase, threshold):
    names = results.varying(results.parameters()) + (["seed"] if "seed" in results else [])
    statuses, status = np.unique(results["status"], return_inverse=True)
    return {
        "points": results.points,
        "tests": [str(test) for test in results["test"]],
        "parameters": [parameter(results, name) for name in names],
        "statusNames": statuses.tolist(),
        "status": packed(status, "u1"),
        "mse": packed(results["test_mse"], "<f4"),
        "order": packed(results["order_parameter"], "<f4") if "order_parameter" in results else None,
        "ids": point_ids(results),
        "threshold": threshold,
        "axis": phase.attrs["axis"] if phase else None,
        "critical": critical_values(phase, names) if phase else [],
    }


def critical_values(phase, names):
    column = "critical_" + phase.attrs["axis"].split("_", 1)[-1]
    found = []
    for c, t, m in np.argwhere(np.isfinite(phase[column])):
        found.append({"method": str(phase["method"][m]), "test": str(phase["test"][t]),
                      "parameters": {name: plain(phase[name][c]) for name in names
                                     if name in phase and phase.dims[name] == ("curve",)},
                      **{key: float(phase[column + end][c, t, m])
                         for key, end in (("value", ""), ("low", "_low"), ("high", "_high"))}})
    return found


# ---- texts ---------------------------------------------------------------------------------------------------------

def table(rows, heads=None):
    cells = lambda kind, row: "".join(f"<{kind}>{html.escape(str(cell))}</{kind}>" for cell in row)
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    head = f"<tr>{cells('th', heads)}</tr>" if heads else ""
    return f"<table>{head}{body}</table>"


def number(value, digits=4):
    return "–" if np.isnan(value) else f"{value:.{digits}g}"


def interval(phase, name, place):
    value, low, high = (float(phase[name + end][place]) for end in ("", "_low", "_high"))
    return "–" if np.isnan(value) else f"{number(value)} [{number(low)}, {number(high)}]"


def verdict_text(phase, place):
    verdict = str(phase["verdict"][place])
    position = "transition_" + phase.attrs["axis"].split("_", 1)[-1]
    texts = {"transition": f"transition at {interval(phase, position, place)}",
             "crossover": "crossover that moves with training time", "no_transition": "no transition in range"}
    return texts.get(verdict, f"no verdict ({str(phase['verdict_reason'][place]).replace('_', ' ')})")


def verdicts(phase):
    if phase is None:
        return "<p>No phase diagram: <code>rgsweep analyze</code> was not found, and no <code>--phase</code> was given.</p>"
    rows, axis = [], phase.attrs["axis"].split("_", 1)[-1]
    for family, test in np.ndindex(phase["verdict"].shape):
        if str(phase["verdict"][family, test]) == "not_judged":
            continue
        place = family, test
        rows.append((phase["family_label"][family] or "all", phase["test"][test], verdict_text(phase, place),
                     interval(phase, f"extrapolated_{axis}", place), interval(phase, "collapse_exponent", place)))
    return (f"<p>Success: test MSE below {phase.attrs['threshold']:g} Var(target), along {html.escape(phase.attrs['axis'])}. "
            "A verdict compares training lengths: a critical value that stays put is a transition, one that moves to where "
            "the network is linear is a crossover. Intervals hold 95 %.</p>"
            + table(rows, ("curves", "test inputs", "verdict", f"critical {axis} at infinite time", "z of the collapse")))


def widths(phase):
    """Families of widths, which have no verdict: theory says of training time alone what a drift means."""
    if phase is None or "family_variable" not in phase:
        return ""
    axis = phase.attrs["axis"].split("_", 1)[-1]
    rows = []
    for family, test in np.ndindex(phase["verdict"].shape):
        if str(phase["verdict"][family, test]) == "not_judged" and phase["critical_sizes"][family, test] > 0:
            place = family, test
            rows.append((phase["family_label"][family] or "all", phase["test"][test], label_of(str(phase["family_variable"][family])),
                         int(phase["critical_sizes"][place]), interval(phase, "drift_exponent", place),
                         interval(phase, f"extrapolated_{axis}", place), interval(phase, "collapse_exponent", place)))
    if not rows:
        return ""
    return ("<p>The same over sizes H: y in distance from the linear end ~ H<sup>y</sup>, and H d<sup>z</sup> for the collapse.</p>"
            + table(rows, ("curves", "test inputs", "size", "sizes with a critical value", "y", f"critical {axis} at infinite size",
                           "z of the collapse")))


def sweep_text(results):
    varying = results.varying(results.parameters()) + (["seed"] if "seed" in results else [])
    axes = []
    for name in varying:
        values = [plain(v) for v in np.unique(results[name])]
        shown = values if len(values) <= 8 else [*values[:3], "…", *values[-2:]]
        axes.append((name, len(values), ", ".join("(unused)" if v is None else str(v) for v in shown)))
    fixed = [(name, plain(results[name][0])) for name in results.parameters() if name not in varying and results.points]
    count = {status: int(np.sum(results["status"] == status)) for status in np.unique(results["status"])}
    spec = results.attrs.get("spec_effective") or results.attrs.get("spec", "")
    return (f"<p>{results.points} points: {', '.join(f'{n} {status}' for status, n in count.items())}.</p>"
            + table(axes, ("axis", "values", ""))
            + f"<details><summary>What all points share</summary>{table([r for r in fixed if r[1] is not None])}</details>"
            + f"<details><summary>The sweep file</summary><pre>{html.escape(str(spec))}</pre></details>")


def origin(results):
    names = [name for name in ORIGIN if name in results.attrs]
    names += sorted(n for n in results.attrs if n not in names and not n.startswith(("spec", "_")) and n != "title")
    return table([(name, results.attrs[name]) for name in names])


def page(results, phase, threshold):
    title = html.escape(str(results.attrs.get("title", results.path.stem)))
    data = json.dumps(page_data(results, phase, threshold), allow_nan=False).replace("</", "<\\/")
    scripts = "\n".join((TOOLS / name).read_text(encoding="utf-8") for name in ("report_data.js", "report_page.js"))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,"><style>{CSS}</style></head>
<body><h1>{title}</h1><p class="quiet">spec {html.escape(str(results.attrs.get('spec_hash', '')))}</p>
<h2>Verdicts</h2>{verdicts(phase)}{widths(phase)}
<h2>Curves and heat map</h2><div id="menus"></div>
<p class="quiet">Bands: 95 % intervals of shares and means, quartiles of medians. Open marks and the line: critical values.</p>
<div id="curves"></div><div id="heat"></div><div id="points"></div>
<h2>The sweep</h2>{sweep_text(results)}
<h2>Origin</h2>{origin(results)}
<div id="tip"></div>
<script type="application/json" id="data">{data}</script>
<script>
{scripts}</script></body></html>
"""


# ---- command line --------------------------------------------------------------------------------------------------

def analyzed(results_path, program, arguments):
    """The phase diagram that rgsweep makes; None without the program, or where no axis varies."""
    built = TOOLS.parent / "build" / "rgsweep"
    program = program or (built if built.exists() else shutil.which("rgsweep"))
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "phase.h5"
        done = subprocess.run([str(program), "analyze", str(results_path), "--output", str(output), *arguments],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"note: no verdicts: {done.stderr.strip()}", file=sys.stderr)
            return None
        return load_phase(output)


def run(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="a results file of `rgsweep run`")
    parser.add_argument("-o", "--output", type=Path, help="default: beside the results, .html")
    parser.add_argument("--phase", type=Path, metavar="PHASE.h5", help="a phase diagram of the same results")
    parser.add_argument("--rgsweep", metavar="PROGRAM", help="the program that makes the phase diagram")
    parser.add_argument("--threshold", type=float, metavar="EPS", help="for rgsweep analyze, which has 1e-3")
    parser.add_argument("--axis", metavar="KEY", help="for rgsweep analyze")
    chosen = parser.parse_args(arguments)
    # Traces and cumulants are for other tools: a page of all columns would not open.
    results = load(chosen.results, only=("point", "test"))
    passed = [word for name in ("threshold", "axis") if getattr(chosen, name) is not None
              for word in (f"--{name}", str(getattr(chosen, name)))]
    phase = load_phase(chosen.phase) if chosen.phase else analyzed(chosen.results, chosen.rgsweep, passed)
    threshold = chosen.threshold or (phase.attrs["threshold"] if phase else 1e-3)
    output = chosen.output or chosen.results.with_suffix(".html")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page(results, phase, float(threshold)), encoding="utf-8")
    print(output)


def main():
    try:
        run(sys.argv[1:])
    except ResultsError as error:
        sys.exit(f"report.py: {error}")


if __name__ == "__main__":
    main()
