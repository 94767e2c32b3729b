// The bench's figures as an SVG for docs/: time and memory over megapixels, ours against sharp's. Pure.

import { OURS } from "./contender.ts";
import type { PhotoReport } from "./photo-report.ts";
import { SHARP_BEST } from "./sharp-contenders.ts";
import { cpuMsOf } from "./targets.ts";

const MIB = 1024 * 1024;
const SIZE = { width: 860, height: 440 };
const PANEL = { width: 330, height: 270, top: 110, lefts: [70, 500] } as const;

interface Series {
  readonly label: string;
  readonly className: "ours" | "sharp";
  readonly isDashed: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

interface Panel {
  readonly title: string;
  readonly yLabel: string;
  readonly yTicks: readonly number[];
  readonly series: readonly Series[];
}

const X_TICKS = [2, 5, 10, 20, 50, 100] as const;
const X_RANGE = { from: 1.7, to: 125 } as const;
/** Text and lines in the colours of the product: coral and star blue; each theme has the shade that is legible on it. */
const STYLE = `
  .page { fill: #ffffff } text { fill: #3d2a3a; font: 13px system-ui, sans-serif }
  .title { font-weight: 600; font-size: 14px } .axis { stroke: #87667c } .grid { stroke: #87667c; opacity: .25 }
  .ours { stroke: #c81e45; fill: #c81e45 } .sharp { stroke: #1f5fae; fill: #1f5fae }
  polyline.ours, polyline.sharp { fill: none; stroke-width: 2.2 } .label { stroke: none; font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #1a1a2e } text { fill: #febec1 } .axis { stroke: #96748b } .grid { stroke: #96748b }
    .ours { stroke: #ff6f7f; fill: #ff6f7f } .sharp { stroke: #91c1fe; fill: #91c1fe }
  }`;

export function drawCostPlot(reports: readonly PhotoReport[]): string {
  const panels: Panel[] = [
    {
      title: "CPU time of four renditions",
      yLabel: "ms (log scale)",
      yTicks: [10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      series: seriesOf(reports, (report, who) => cpuMsOf(report.four, who === "ours" ? OURS : SHARP_BEST)),
    },
    {
      title: "Peak memory (sharp: growth of its process)",
      yLabel: "MiB (log scale)",
      yTicks: [5, 10, 20, 50, 100, 200, 500],
      series: seriesOf(reports, (report, who) => {
        return (who === "ours" ? report.wasmPeakBytes : report.sharpPeakBytes) / MIB;
      }),
    },
  ];
  const body = panels.map((panel, i) => drawPanel(panel, PANEL.lefts[i] ?? 0)).join("\n");
  const description = "Line charts: the engine takes less time and much less memory than sharp at every size.";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img"
  aria-label="Thumbnail cost over megapixels">
<title>What four thumbnails of a photo cost</title>
<desc>${description}</desc>
<style>${STYLE}
</style>
<rect class="page" width="100%" height="100%"/>
<text class="title" x="70" y="28">What four thumbnails of a photo cost: the engine and sharp</text>
${drawLegend(panels[0]?.series ?? [])}
${body}
</svg>
`;
}

function seriesOf(
  reports: readonly PhotoReport[],
  measure: (report: PhotoReport, who: "ours" | "sharp") => number,
): Series[] {
  return (["baseline", "progressive"] as const).flatMap((coding) =>
    (["ours", "sharp"] as const).map((who) => ({
      label: `${who === "ours" ? "engine" : "sharp"}, ${coding}`,
      className: who,
      isDashed: coding === "progressive",
      points: reports
        .filter((report) => report.coding === coding)
        .map((report) => ({ x: report.megapixels, y: measure(report, who) }))
        .sort((a, b) => a.x - b.x),
    })),
  );
}

function drawPanel({ title, yLabel, yTicks, series }: Panel, left: number): string {
  const bottom = PANEL.top + PANEL.height;
  const values = series.flatMap(({ points }) => points.map(({ y }) => y)).filter((y) => y > 0);
  const lowest = yTicks.findLast((tick) => tick <= Math.min(...values)) ?? yTicks[0] ?? 1;
  const highest = yTicks.find((tick) => tick >= Math.max(...values)) ?? yTicks.at(-1) ?? 1;
  const x = logScale(X_RANGE.from, X_RANGE.to, left, left + PANEL.width);
  const y = logScale(lowest, highest, bottom, PANEL.top);
  const shown = yTicks.filter((tick) => tick >= lowest && tick <= highest);
  const lines = [
    `<text class="title" x="${left}" y="${PANEL.top - 16}">${title}</text>`,
    ...shown.map(
      (tick) => `<line class="grid" x1="${left}" x2="${left + PANEL.width}" y1="${y(tick)}" y2="${y(tick)}"/>`,
    ),
    ...shown.map((tick) => `<text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`),
    ...X_TICKS.map((tick) => `<text x="${x(tick)}" y="${bottom + 20}" text-anchor="middle">${tick}</text>`),
    `<line class="axis" x1="${left}" x2="${left + PANEL.width}" y1="${bottom}" y2="${bottom}"/>`,
    `<line class="axis" x1="${left}" x2="${left}" y1="${PANEL.top}" y2="${bottom}"/>`,
    `<text x="${left + PANEL.width / 2}" y="${bottom + 42}" text-anchor="middle">megapixels (log scale)</text>`,
    `<text transform="translate(${left - 48} ${PANEL.top + PANEL.height / 2}) rotate(-90)" text-anchor="middle">${yLabel}</text>`,
    ...series.filter(({ points }) => points.length > 0).map((one) => drawSeries(one, x, y)),
  ];
  return `<g>\n${lines.join("\n")}\n</g>`;
}

function drawSeries({ points, className, isDashed }: Series, x: Scale, y: Scale): string {
  const path = points.map((point) => `${x(point.x)},${y(point.y)}`).join(" ");
  const dots = points.map((point) => `<circle class="${className}" cx="${x(point.x)}" cy="${y(point.y)}" r="2.6"/>`);
  const dash = isDashed ? ' stroke-dasharray="6 4"' : "";
  return `<polyline class="${className}"${dash} points="${path}"/>${dots.join("")}`;
}

/** One row over both panels: a line as it is drawn, and whose it is. */
function drawLegend(series: readonly Series[]): string {
  const columnWidth = 197;
  return series
    .map(({ label, className, isDashed }, i) => {
      const x = PANEL.lefts[0] + i * columnWidth;
      const dash = isDashed ? ' stroke-dasharray="6 4"' : "";
      const line = `<polyline class="${className}"${dash} points="${x},52 ${x + 34},52"/>`;
      return `${line}<text class="label ${className}" x="${x + 42}" y="56">${label}</text>`;
    })
    .join("\n");
}

type Scale = (value: number) => number;

function logScale(from: number, to: number, start: number, end: number): Scale {
  return (value) => Math.round((start + ((end - start) * Math.log(value / from)) / Math.log(to / from)) * 10) / 10;
}
