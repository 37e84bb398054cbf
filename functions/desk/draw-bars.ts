import { makeSvg } from "./make-element.ts";
import { type OutcomeCounts, outcomes } from "./tally-changes.ts";

const barWidth = 8;
const gap = 2;
const height = 44;

/**
 * Draws a bar for each minute, with a part for each outcome. The parts differ in their pattern as well as in their colour.
 *
 * @param most the count that fills the whole height, so that the bars of several charts can be compared
 * @param label says what is to be seen, for those who do not see it
 */
export function drawBars(minutes: readonly OutcomeCounts[], most: number, label: string): SVGElement {
  const width = minutes.length * (barWidth + gap) - gap;
  const bars = minutes.flatMap((counts, index) => {
    let top = height;
    return outcomes.flatMap((outcome) => {
      if (counts[outcome] === 0) return [];
      // A single one is to be seen beside a thousand.
      const size = Math.max((counts[outcome] / most) * (height - 2), 1.5);
      top -= size;
      return [makeSvg("rect", { class: outcome, x: index * (barWidth + gap), y: top, width: barWidth, height: size })];
    });
  });
  const base = makeSvg("line", { class: "base", x1: 0, x2: width, y1: height + 0.5, y2: height + 0.5 });
  const viewBox = `0 0 ${width} ${height + 1}`;
  return makeSvg(
    "svg",
    { class: "bars", viewBox, role: "img", "aria-label": label, preserveAspectRatio: "none" },
    base,
    ...bars,
  );
}

/** Draws a share of the whole as a bar; the number stands beside it. */
export function drawShare(share: number): SVGElement {
  const bar = makeSvg("rect", { class: "created", width: Math.max(share * 100, 1), height: 10 });
  return makeSvg(
    "svg",
    { class: "share", viewBox: "0 0 100 10", "aria-hidden": "true", preserveAspectRatio: "none" },
    bar,
  );
}

/** The patterns that the bars are filled with; a page needs them once. */
export function makePatterns(): SVGElement {
  const pattern = (id: string, ...lines: SVGElement[]) =>
    makeSvg(
      "pattern",
      { id, width: 4, height: 4, patternUnits: "userSpaceOnUse" },
      makeSvg("rect", { class: "ground", width: 4, height: 4 }),
      ...lines,
    );
  return makeSvg(
    "svg",
    { class: "patterns", width: 0, height: 0, "aria-hidden": "true" },
    makeSvg(
      "defs",
      {},
      pattern("duplicate-pattern", makeSvg("path", { class: "stroke", d: "M-1 1l2-2M0 4l4-4M3 5l2-2" })),
      pattern("updated-pattern", makeSvg("path", { class: "stroke", d: "M0 1h4M0 3h4" })),
      pattern("retracted-pattern", makeSvg("path", { class: "stroke", d: "M1 0v4M3 0v4" })),
    ),
  );
}

/** A square that shows how an outcome is drawn. */
export function drawSwatch(outcome: (typeof outcomes)[number]): SVGElement {
  const square = makeSvg("rect", { class: outcome, width: 12, height: 12 });
  return makeSvg("svg", { class: "swatch", width: 12, height: 12, "aria-hidden": "true" }, square);
}
