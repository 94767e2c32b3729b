// The report as text for a terminal.
import type { AccuracyReport, GroupingReport, VerificationReport } from "./evaluate-faces.ts";

const HEADER = ["", "images", "found", "same", "diff", "AUC", "balanced", "best", "@", "TAR@1e-2", "TAR@1e-3"];

/**
 * @param judged the threshold whose balanced accuracy is shown
 * @param bySharp the same models on pixels that sharp decoded
 */
export function accuracyText(report: AccuracyReport, judged: string, bySharp: AccuracyReport | null = null): string {
  const { detection, everyPair, int8 } = report;
  const rows = [
    ...report.domains.map(({ domain, images, found, pairs }) => row(domain, images, found, pairs, judged)),
    row("pairs.csv", detection.images, detection.found, report.pairs, judged),
    row("  as int8", null, null, int8.pairs, judged),
    ...(bySharp === null ? [] : [row("  by sharp", null, bySharp.detection.found, bySharp.pairs, judged)]),
    row("every pair", detection.images, detection.found, everyPair, judged),
    row("  as int8", null, null, int8.everyPair, judged),
    ...(bySharp === null ? [] : [row("  by sharp", null, bySharp.detection.found, bySharp.everyPair, judged)]),
  ];
  const lines = [
    `${report.modelId}: ${detectionText(detection)}`,
    table([HEADER, ...rows]),
    `rank-1 ${percent(report.rankOne01)} (int8 ${percent(int8.rankOne01)}); int8 moves a similarity by at most ${int8.largestShift.toFixed(4)}`,
    ...(report.grouping === null ? [] : [groupingText(report.grouping)]),
    ...everyPair.atThresholds.map(
      ({ name, value, trueAcceptRate01, falseAcceptRate01 }) =>
        `threshold ${name} ${value}: accepts ${percent(trueAcceptRate01)} of same, ${falseAcceptRate01.toExponential(1)} of different` +
        ` (${Math.round(falseAcceptRate01 * everyPair.different)} of ${everyPair.different})`,
    ),
    ...everyPair.atFar.map(
      ({ far01, allowedPairs }) => `FAR ${far01} rests on ${allowedPairs} of ${everyPair.different} different pairs`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function detectionText({
  images,
  found,
  withVector,
  several,
  missed,
  unreadable,
}: AccuracyReport["detection"]): string {
  const problems = unreadable.map((file) => `\n  unreadable: ${file}`).join("");
  if (found === 0) return `claims no face; a vector of the centre for ${withVector} of ${images} images${problems}`;
  const misses = missed.map((file) => `\n  no face: ${file}`).join("");
  return `a face in ${found} of ${images} labelled images (${percent(found / images)}), more than one in ${several}${misses}${problems}`;
}

function groupingText({ faces, groups, alone, identities, pairwise, bcubed }: GroupingReport): string {
  const three = ({ precision01, recall01, f1 }: GroupingReport["pairwise"]) =>
    `precision ${percent(precision01)}, recall ${percent(recall01)}, F1 ${f1.toFixed(3)}`;
  return (
    `grouping: ${faces} faces, ${groups} people of ${identities} labelled, ${alone} labelled images alone\n` +
    `  pairwise ${three(pairwise)}\n  BCubed   ${three(bcubed)}`
  );
}

function row(
  name: string,
  images: number | null,
  found: number | null,
  { same, different, auc, best, atThresholds, atFar }: VerificationReport,
  judged: string,
): string[] {
  const at = atThresholds.find((threshold) => threshold.name === judged);
  return [
    name,
    images === null ? "" : String(images),
    found === null ? "" : String(found),
    String(same),
    String(different),
    auc.toFixed(4),
    at === undefined ? "" : percent(at.balanced01),
    percent(best.balanced01),
    best.threshold.toFixed(2),
    // A rate that allows less than one pair says nothing about itself.
    ...atFar.map(({ trueAcceptRate01, allowedPairs }) => (allowedPairs < 1 ? "–" : percent(trueAcceptRate01))),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  return rows
    .map((cells) =>
      cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}

function percent(share01: number): string {
  return Number.isNaN(share01) ? "–" : `${(share01 * 100).toFixed(1)} %`;
}
