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

/** A place that is marked in all panels. */
export interface Mark {
  /** Along the axis below. */
  readonly at: number;
  readonly label: string;
}

const width = 1000;
const panelHeight = 300;
const margin = { left: 60, right: 240, top: 40, bottom: 36 };
const right = width - margin.right;
const bottom = panelHeight - margin.bottom;

/** Lines, one panel below the other, as an SVG document. */
export function drawPlot(panels: readonly Panel[], mark?: Mark): string {
  const height = panels.length * panelHeight;
  const parts = panels.map(
    (panel, index) => `<g transform="translate(0 ${index * panelHeight})">${drawPanel(panel, mark)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>${escapeText([...new Set(panels.map(({ title }) => title))].join("; "))}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

function drawPanel({ title, unit, x: axis, lines }: Panel, mark: Mark | undefined): string {
  const points = lines.flatMap((line) => line.points);
  const values = chooseTicks(Math.max(1, ...points.map(({ value }) => value)));
  const { share, ticks } = axis === undefined ? layOutTime(points) : layOutSizes(points, axis.unit);
  const x = (at: number) => round(margin.left + share(at) * (right - margin.left));
  const y = (value: number) => round(bottom - (value / (values.at(-1) ?? 1)) * (bottom - margin.top));
  // Named from the top down, as the lines end.
  const ends = [...Map.groupBy(lines, ({ name }) => name)]
    .map(([name, ofName]) => ({ name, end: Math.max(...ofName.map((line) => line.points.at(-1)?.value ?? 0)) }))
    .sort((a, b) => b.end - a.end);
  const names = ends.map(({ name }) => name);
  const colorOf = (name: string) => `hsl(${Math.round((names.indexOf(name) / names.length) * 360)} 65% 40%)`;
  const grid = values.map(
    (value) => `<line x1="${margin.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>
<text x="${margin.left - 6}" y="${y(value) + 4}" text-anchor="end">${value.toLocaleString("en")}</text>`,
  );
  const labels = ticks.map(
    ({ at, label }) => `<text x="${x(at)}" y="${bottom + 18}" text-anchor="middle">${escapeText(label)}</text>`,
  );
  const marked =
    mark === undefined
      ? []
      : [
          `<line x1="${x(mark.at)}" x2="${x(mark.at)}" y1="${margin.top}" y2="${bottom}" stroke="#888" stroke-dasharray="4"/>
<text x="${x(mark.at) + 4}" y="${margin.top - 4}" fill="#666">${escapeText(mark.label)}</text>`,
        ];
  const paths = lines.map(({ name, points: ofLine }) => {
    const steps = ofLine.map(({ at, value }, index) => `${index === 0 ? "M" : "L"}${x(at)} ${y(value)}`);
    return `<path d="${steps.join("")}" fill="none" stroke="${colorOf(name)}" stroke-width="1.5"/>`;
  });
  const legend = ends.map(
    ({ name, end }, index) =>
      `<text x="${right + 12}" y="${margin.top + 12 + index * 16}" fill="${colorOf(name)}">${escapeText(name)} ${end >= 10 ? Math.round(end).toLocaleString("en") : round(end)}</text>`,
  );
  return `<text x="${margin.left}" y="22" font-size="14" font-weight="bold">${escapeText(title)} (${escapeText(unit)})</text>
${[...grid, ...labels, ...marked, ...paths, ...legend].join("\n")}`;
}

interface Axis {
  /** From 0 at the left to 1 at the right. */
  readonly share: (at: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

function layOutTime(points: readonly Point[]): Axis {
  const minutes = chooseTicks(Math.max(1, ...points.map(({ at }) => at)) / 60);
  return {
    share: (at) => at / 60 / (minutes.at(-1) ?? 1),
    ticks: minutes.map((minute) => ({ at: minute * 60, label: `${minute} min` })),
  };
}

function layOutSizes(points: readonly Point[], unit: string): Axis {
  const sizes = [...new Set(points.map(({ at }) => at))].sort((one, other) => one - other);
  const [first = 1, last = 1] = [sizes[0], sizes.at(-1)];
  return {
    share: (at) => (first === last ? 0 : Math.log(at / first) / Math.log(last / first)),
    ticks: sizes.map((at) => ({ at, label: `${at.toLocaleString("en")} ${unit}` })),
  };
}

/** Round numbers from 0 to beyond the highest value, a handful of them. */
function chooseTicks(highest: number): number[] {
  const power = 10 ** Math.floor(Math.log10(highest / 5));
  const step = power * ([1, 2, 5].find((factor) => factor * power * 6 >= highest) ?? 10);
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, n) => round(n * step));
}

const round = (value: number) => Math.round(value * 10) / 10;
