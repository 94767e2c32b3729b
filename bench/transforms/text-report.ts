// The bench's lines and its table of targets.
import { RENDER_MEMORY_BYTES } from "../../shared/contracts/limits.ts";
import { medianOf } from "../thumbs/measure.ts";
import type { CaseReport } from "./measure-case.ts";
import type { MemoryReport } from "./memory-cases.ts";

const MIB = 1024 * 1024;

export interface TargetResult {
  readonly target: string;
  readonly must: number;
  readonly worst: number;
  readonly unit: string;
  readonly isMet: boolean;
}

export const CASE_HEADER = `${"photo".padEnd(8)}${"render".padEnd(26)}${"ours ms".padStart(8)}${"sharp ms".padStart(10)}${"x".padStart(7)}${"bytes".padStart(9)}${"sharp's".padStart(9)}${"SSIM".padStart(8)}${"sharp's".padStart(8)}${"MiB".padStart(7)}`;

export function caseLine(report: CaseReport): string {
  const { photo, name, oursMs, sharpMs, ratio, oursBytes, sharpBytes, oursSsim, sharpSsim, peak } = report;
  return [
    photo.padEnd(8),
    name.padEnd(26),
    medianOf(oursMs).toFixed(1).padStart(8),
    medianOf(sharpMs).toFixed(1).padStart(10),
    ratio.toFixed(2).padStart(7),
    String(oursBytes).padStart(9),
    String(sharpBytes).padStart(9),
    oursSsim.toFixed(4).padStart(8),
    sharpSsim.toFixed(4).padStart(8),
    ((peak.wasmBytes + peak.jsBufferBytes) / MIB).toFixed(1).padStart(7),
  ].join("");
}

export function judgeTargets(reports: readonly CaseReport[], memory: readonly MemoryReport[]): TargetResult[] {
  const times = reports.flatMap(({ photo, name, ratio, mustBeAtMost }): TargetResult[] =>
    mustBeAtMost === null
      ? []
      : [
          {
            target: `${photo} -> ${name}, CPU against sharp`,
            must: mustBeAtMost,
            worst: ratio,
            unit: "x",
            isMet: ratio <= mustBeAtMost,
          },
        ],
  );
  const peaks = [...reports, ...memory].map(({ peak }) => (peak.wasmBytes + peak.jsBufferBytes) / MIB);
  if (peaks.length === 0) return times;
  const worst = Math.max(...peaks);
  const must = RENDER_MEMORY_BYTES / MIB;
  return [...times, { target: "memory of any render measured", must, worst, unit: "MiB", isMet: worst <= must }];
}

export function targetTable(targets: readonly TargetResult[]): string {
  const lines = targets.map(
    ({ target, must, worst, unit, isMet }) =>
      `${isMet ? "met   " : "MISSED"}  ${target.padEnd(44)} ${worst.toFixed(2)} ${unit} (must be at most ${must})`,
  );
  return lines.join("\n");
}
