// The report as a picture: ROC curves of both models, and how alike pairs of one and of two people are. Light and dark.
import { type AccuracyReport, HISTOGRAM_BINS } from "./evaluate-faces.ts";

const SIZE = { width: 860, height: 440 };
const PANEL = { width: 330, height: 270, top: 110, lefts: [70, 500] } as const;
/** A log axis starts where ten different pairs of 13,000 lie; below, a curve is a few faces. */
const FAR_FROM = 1e-4;
const FAR_TICKS = [1e-4, 1e-3, 1e-2, 1e-1, 1] as const;
const SHARE_TICKS = [0, 0.25, 0.5, 0.75, 1] as const;
/** Cosines below this do not occur among faces. */
const COSINE_FROM = -0.4;
const COSINE_TICKS = [-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8, 1] as const;
/** Colours of the product, as in the other plots. */
const STYLE = `
  .page { fill: #ffffff } text { fill: #3d2a3a; font: 13px system-ui, sans-serif }
  .title { font-weight: 600; font-size: 14px } .axis { stroke: #87667c } .grid { stroke: #87667c; opacity: .25 }
  .same, .installed { stroke: #c81e45; fill: #c81e45 } .different, .builtin { stroke: #1f5fae; fill: #1f5fae }
  polyline.installed, polyline.builtin, polyline.same, polyline.different { fill: none; stroke-width: 2.2 }
  rect.same, rect.different { stroke: none; opacity: .55 }
  .label { stroke: none; font-weight: 600 } .threshold { stroke: #3d2a3a; stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #1a1a2e } text { fill: #febec1 } .axis { stroke: #96748b } .grid { stroke: #96748b }
    .same, .installed { stroke: #ff6f7f; fill: #ff6f7f } .different, .builtin { stroke: #91c1fe; fill: #91c1fe }
    .threshold { stroke: #febec1 }
  }`;

export function drawAccuracy(installed: AccuracyReport, builtin: AccuracyReport): string {
  const { same, different } = installed.everyPair;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img"
  aria-label="Accuracy of face recognition">
<title>How well faces are told apart</title>
<desc>Left: pairs of one person accepted over pairs of two people accepted, for the installed and the built-in model. Right: how alike
${same} pairs of one person and ${different} pairs of two people are, with the thresholds.</desc>
<style>${STYLE}
</style>
<rect class="page" width="100%" height="100%"/>
<text class="title" x="70" y="28">How well faces are told apart: every labelled image against every other</text>
${legend(
  [
    { className: "installed", label: installed.modelId },
    { className: "builtin", label: builtin.modelId },
  ],
  PANEL.lefts[0],
)}
${legend(
  [
    { className: "same", label: `one person (${same})` },
    { className: "different", label: `two people (${different})` },
  ],
  PANEL.lefts[1],
)}
${rocPanel(installed, builtin)}
${histogramPanel(installed)}
</svg>
`;
}

function rocPanel(installed: AccuracyReport, builtin: AccuracyReport): string {
  const left = PANEL.lefts[0];
  const bottom = PANEL.top + PANEL.height;
  const x = (far: number) => round(left + PANEL.width * (1 - Math.log(Math.max(far, FAR_FROM)) / Math.log(FAR_FROM)));
  const y = (share: number) => round(bottom - PANEL.height * share);
  const curve = ({ everyPair }: AccuracyReport, className: string) => {
    const points = everyPair.curve.map(
      ({ falseAcceptRate01, trueAcceptRate01 }) => `${x(falseAcceptRate01)},${y(trueAcceptRate01)}`,
    );
    return `<polyline class="${className}" points="${[...new Set(points)].join(" ")}"/>`;
  };
  return frame({
    left,
    title: "ROC",
    xLabel: "different pairs accepted (log scale)",
    yLabel: "same pairs accepted",
    xTicks: FAR_TICKS.map((far) => ({ at: x(far), label: far >= 0.01 ? String(far) : far.toExponential(0) })),
    yTicks: SHARE_TICKS.map((share) => ({ at: y(share), label: `${share * 100} %` })),
    body: [curve(installed, "installed"), curve(builtin, "builtin")],
  });
}

function histogramPanel({ histogram, everyPair }: AccuracyReport): string {
  const left = PANEL.lefts[1];
  const bottom = PANEL.top + PANEL.height;
  const x = (cosine: number) => round(left + (PANEL.width * (cosine - COSINE_FROM)) / (1 - COSINE_FROM));
  const shares = (counts: readonly number[]) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (total === 0 ? 0 : count / total));
  };
  const highest = Math.max(...shares(histogram.same), ...shares(histogram.different), Number.MIN_VALUE);
  const bars = (counts: readonly number[], className: string) =>
    shares(counts).flatMap((share, i) => {
      const from = (2 * i) / HISTOGRAM_BINS - 1;
      if (share === 0 || from < COSINE_FROM) return [];
      const height = round((PANEL.height * share) / highest);
      const width = round(PANEL.width * (2 / HISTOGRAM_BINS / (1 - COSINE_FROM)));
      return `<rect class="${className}" x="${x(from)}" y="${round(bottom - height)}" width="${width}" height="${height}"/>`;
    });
  const thresholds = everyPair.atThresholds.map(
    ({ name, value }, i) =>
      `<line class="threshold" x1="${x(value)}" x2="${x(value)}" y1="${PANEL.top}" y2="${bottom}"/>` +
      `<text x="${x(value) - 4}" y="${PANEL.top + 14 + 16 * i}" text-anchor="end">${name} ${value}</text>`,
  );
  return frame({
    left,
    title: "Similarity of two faces",
    xLabel: "cosine",
    yLabel: "share of pairs",
    xTicks: COSINE_TICKS.map((cosine) => ({ at: x(cosine), label: String(cosine) })),
    yTicks: [],
    body: [...bars(histogram.different, "different"), ...bars(histogram.same, "same"), ...thresholds],
  });
}

interface Tick {
  readonly at: number;
  readonly label: string;
}

interface Frame {
  readonly left: number;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly body: readonly string[];
}

function frame({ left, title, xLabel, yLabel, xTicks, yTicks, body }: Frame): string {
  const bottom = PANEL.top + PANEL.height;
  const right = left + PANEL.width;
  const lines = [
    `<text class="title" x="${left}" y="${PANEL.top - 16}">${title}</text>`,
    ...yTicks.map(({ at }) => `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>`),
    ...yTicks.map(({ at, label }) => `<text x="${left - 8}" y="${at + 4}" text-anchor="end">${label}</text>`),
    ...xTicks.map(({ at, label }) => `<text x="${at}" y="${bottom + 20}" text-anchor="middle">${label}</text>`),
    `<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
    `<text x="${left + PANEL.width / 2}" y="${bottom + 42}" text-anchor="middle">${xLabel}</text>`,
    `<text transform="translate(${left - (yTicks.length === 0 ? 12 : 52)} ${PANEL.top + PANEL.height / 2}) rotate(-90)" text-anchor="middle">${yLabel}</text>`,
    ...body,
  ];
  return `<g>\n${lines.join("\n")}\n</g>`;
}

function legend(entries: readonly { readonly className: string; readonly label: string }[], left: number): string {
  return entries
    .map(({ className, label }, i) => {
      const y = 52 + 20 * i;
      return `<polyline class="${className}" points="${left},${y} ${left + 30},${y}"/><text class="label ${className}" x="${left + 38}" y="${y + 4}">${label}</text>`;
    })
    .join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
