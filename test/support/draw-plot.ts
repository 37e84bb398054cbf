import { escapeText } from "../../shared/article/escape-html.ts";

export interface Panel {
  readonly title: string;
  readonly unit: string;
  /** What lies below: time, in seconds, where nothing else is said; or a size, of which each step is a multiple. */
  readonly x?: { readonly unit: string; readonly isLog: true };
  /** Lines by name; those of one name have one color. */
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

export interface Point {
  /** Along the axis below. */
  readonly at: number;
  readonly value: number;
}

const quarters = [0, 0.25, 0.5, 0.75, 1];
const width = 900;
const panelHeight = 300;
const margin = { left: 60, right: 190, top: 40, bottom: 36 };
const colors = [
  "#1b6ca8",
  "#d1495b",
  "#3a7d44",
  "#edae49",
  "#7b4b94",
  "#00798c",
  "#8d6a4f",
  "#444444",
  "#c06c84",
  "#6a994e",
];

/** Lines, one panel below the other, as an SVG document. */
export function drawPlot(panels: readonly Panel[]): string {
  const height = panels.length * panelHeight;
  const parts = panels.map(
    (panel, index) => `<g transform="translate(0 ${index * panelHeight})">${drawPanel(panel)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>${escapeText([...new Set(panels.map(({ title }) => title))].join("; "))}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

function drawPanel({ title, unit, x: axis, lines }: Panel): string {
  const points = lines.flatMap((line) => line.points);
  const top = roundUp(Math.max(1, ...points.map(({ value }) => value)));
  const { share, marks } = axis === undefined ? layOutTime(points) : layOutSizes(points, axis.unit);
  const x = (at: number) => margin.left + share(at) * (width - margin.left - margin.right);
  const y = (value: number) => panelHeight - margin.bottom - (value / top) * (panelHeight - margin.top - margin.bottom);
  const names = [...new Set(lines.map(({ name }) => name))];
  const colorOf = (name: string) => colors[names.indexOf(name) % colors.length];
  const grid = quarters.map((quarter) => {
    const at = y(top * quarter);
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}" stroke="#ddd"/>
<text x="${margin.left - 6}" y="${at + 4}" text-anchor="end">${round(top * quarter)}</text>`;
  });
  const labels = marks.map(
    ({ at, label }) =>
      `<text x="${round(x(at))}" y="${panelHeight - margin.bottom + 18}" text-anchor="middle">${label}</text>`,
  );
  const paths = lines.map(({ name, points: ofLine }) => {
    const steps = ofLine.map(({ at, value }, index) => `${index === 0 ? "M" : "L"}${round(x(at))} ${round(y(value))}`);
    return `<path d="${steps.join("")}" fill="none" stroke="${colorOf(name)}" stroke-width="1.5"/>`;
  });
  const legend = names.map(
    (name, index) =>
      `<text x="${width - margin.right + 12}" y="${margin.top + 12 + index * 16}" fill="${colorOf(name)}">${escapeText(name)}</text>`,
  );
  return `<text x="${margin.left}" y="22" font-size="14" font-weight="bold">${escapeText(title)} (${escapeText(unit)})</text>
${[...grid, ...labels, ...paths, ...legend].join("\n")}`;
}

interface Axis {
  /** From 0 at the left to 1 at the right. */
  readonly share: (at: number) => number;
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

function layOutTime(points: readonly Point[]): Axis {
  const last = Math.max(1, ...points.map(({ at }) => at));
  return {
    share: (at) => at / last,
    marks: quarters.map((quarter) => ({ at: last * quarter, label: `${round((last * quarter) / 60)} min` })),
  };
}

function layOutSizes(points: readonly Point[], unit: string): Axis {
  const sizes = [...new Set(points.map(({ at }) => at))].sort((one, other) => one - other);
  const [first = 1, last = 1] = [sizes[0], sizes.at(-1)];
  return {
    share: (at) => (first === last ? 0 : Math.log(at / first) / Math.log(last / first)),
    marks: sizes.map((at) => ({ at, label: `${at.toLocaleString("en")} ${unit}` })),
  };
}

/** The next of 1, 2, 5, 10, 20 … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value) ?? 10);
}

const round = (value: number) => Math.round(value * 10) / 10;
