import { escapeText } from "../../shared/article/escape-html.ts";
import type { Point } from "./judge-growth.ts";

export interface Panel {
  readonly title: string;
  readonly unit: string;
  /** Lines by name; those of one name have one color. */
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

const width = 1000;
const panelHeight = 300;
const margin = { left: 60, right: 240, top: 40, bottom: 36 };

/** A moment that is marked in all panels, in seconds. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** Lines over time, one panel below the other, as an SVG document. */
export function drawPlot(panels: readonly Panel[], mark: Mark): string {
  const height = panels.length * panelHeight;
  const parts = panels.map(
    (panel, index) => `<g transform="translate(0 ${index * panelHeight})">${drawPanel(panel, mark)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

function drawPanel({ title, unit, lines }: Panel, mark: Mark): string {
  const points = lines.flatMap((line) => line.points);
  const minutes = chooseTicks(Math.max(1, ...points.map(({ at }) => at)) / 60);
  const values = chooseTicks(Math.max(1, ...points.map(({ value }) => value)));
  const right = width - margin.right;
  const bottom = panelHeight - margin.bottom;
  const x = (at: number) => margin.left + (at / 60 / (minutes.at(-1) ?? 1)) * (right - margin.left);
  const y = (value: number) => bottom - (value / (values.at(-1) ?? 1)) * (bottom - margin.top);
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
  const times = minutes.map(
    (minute) => `<text x="${x(minute * 60)}" y="${bottom + 18}" text-anchor="middle">${minute} min</text>`,
  );
  const marked = `<line x1="${x(mark.at)}" x2="${x(mark.at)}" y1="${margin.top}" y2="${bottom}" stroke="#888" stroke-dasharray="4"/>
<text x="${x(mark.at) + 4}" y="${margin.top - 4}" fill="#666">${escapeText(mark.label)}</text>`;
  const paths = lines.map(({ name, points: ofLine }) => {
    const steps = ofLine.map(({ at, value }, index) => `${index === 0 ? "M" : "L"}${round(x(at))} ${round(y(value))}`);
    return `<path d="${steps.join("")}" fill="none" stroke="${colorOf(name)}" stroke-width="1.5"/>`;
  });
  const legend = ends.map(
    ({ name, end }, index) =>
      `<text x="${right + 12}" y="${margin.top + 12 + index * 16}" fill="${colorOf(name)}">${escapeText(name)} ${end.toFixed(0)}</text>`,
  );
  return `<text x="${margin.left}" y="22" font-size="14" font-weight="bold">${escapeText(title)} (${escapeText(unit)})</text>
${[...grid, ...times, marked, ...paths, ...legend].join("\n")}`;
}

/** Round numbers from 0 to beyond the highest value, a handful of them. */
function chooseTicks(highest: number): number[] {
  const power = 10 ** Math.floor(Math.log10(highest / 5));
  const step = power * ([1, 2, 5].find((factor) => factor * power * 6 >= highest) ?? 10);
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, n) => n * step);
}

const round = (value: number) => Math.round(value * 10) / 10;
