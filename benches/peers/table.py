"""Results to Markdown."""

import json
import math
import statistics

# Objectives of exact minimisers agree to this, relative to the variance of the targets.
TOLERANCE = 1e-10


def duration(seconds):
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 0.9995:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def ratio(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def excess(value):
    """How far above the least objective, in parts of the variance."""
    if value is None or math.isnan(value):
        return ""
    return "0" if value < 1e-15 else f"{value:.0e}"


def check(results, variance):
    """Sets each result's excess over the least objective; returns what is wrong with elltwo's."""
    reached = [r["objective"] for r in results if "objective" in r and math.isfinite(r["objective"])]
    for result in results:
        if "objective" in result:
            result["excess"] = (result["objective"] - min(reached)) / variance
    own = [r for r in results if r["name"].startswith("elltwo") and r["exact"] and "excess" in r]
    return [f"elltwo is {r['excess']:.1e} above the least objective" for r in own if not r["excess"] <= TOLERANCE]


def markdown(stored):
    """The whole table, of the stored results in their order."""
    lines = []
    for title in dict.fromkeys(record["task"] for record in stored):
        records = [record for record in stored if record["task"] == title]
        objective = records[0]["objective"]
        lines += ["", f"### {title}", ""]
        lines += [f"| size | library | median, {records[0]['unit']} | times elltwo | runs |" + (" objective | above the least |" if objective else "")]
        lines += ["|---|---|--:|--:|--:|" + ("--:|--:|" if objective else "")]
        for record in records:
            lines += rows(record, objective)
    return "\n".join(lines[1:]) + "\n"


def summary(stored):
    """A line for each size: medians, and in brackets how many times elltwo's."""
    lines = []
    for title in dict.fromkeys(record["task"] for record in stored):
        records = [record for record in stored if record["task"] == title]
        names = [result["name"] for result in records[0]["results"]]
        lines += ["", "| " + " | ".join([f"{title}: {records[0]['unit']}", *names]) + " |", "|---|" + "--:|" * len(names)]
        for record in records:
            lines.append("| " + " | ".join([record["size"], *cells(record)]) + " |")
    return "\n".join(lines[1:]) + "\n"


def cells(record):
    base = None
    for result in record["results"]:
        if "failure" in result:
            yield "–"
            continue
        median = statistics.median(result["seconds"])
        text = duration(median / record["divisor"]) + doubt(result)
        yield text if base is None else f"{text} ({ratio(median / base)})"
        base = base or median


def rows(record, objective):
    base = statistics.median(record["results"][0]["seconds"]) if record["results"][0]["seconds"] else math.nan
    size, divisor = record["size"], record["divisor"]
    for result in record["results"]:
        cells = [size, result["name"]]
        size = ""
        if "failure" in result:
            cells += [failure(result["failure"]), "", ""]
        else:
            median = statistics.median(result["seconds"])
            cells += [duration(median / divisor), ratio(median / base), str(len(result["seconds"]))]
        if objective:
            if "objective" in result:
                cells += [f"{result['objective']:.9g}", excess(result["excess"]) + doubt(result)]
            else:
                cells += ["", ""]
        yield "| " + " | ".join(cells) + " |"


def doubt(result):
    return " (wrong)" if result["exact"] and "excess" in result and not result["excess"] <= TOLERANCE else ""


def failure(text):
    return "— " + text.replace("|", "/").replace("\n", " ")[:80]


def stored(folder, order):
    paths = [folder / f"{task}-{size}.json" for task, size in order]
    return [json.loads(path.read_text()) for path in paths if path.exists()]
