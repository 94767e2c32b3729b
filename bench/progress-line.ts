// Progress for the person at the terminal: three bars, at most ten times a second; without a terminal, a line now and then.
import type { Timeline } from "./timeline.ts";

const BAR_CELLS = 24;
const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 5000;

export function progressPrinter(
  out: { readonly isTTY?: boolean; write(text: string): unknown },
  now: () => number,
): (timelines: readonly Timeline[]) => void {
  const everyMs = out.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
  let printedAt = Number.NEGATIVE_INFINITY;
  let isFirst = true;
  return (timelines) => {
    const total = (count: (timeline: Timeline) => number): number =>
      timelines.reduce((sum, timeline) => sum + count(timeline), 0);
    const photos = total((timeline) => timeline.photos);
    const counts = {
      uploaded: total(({ sent }) => sent),
      thumbnails: total(({ thumbnails }) => thumbnails),
      embeddings: total(({ embeddings }) => embeddings),
    };
    if (now() - printedAt < everyMs) return;
    printedAt = now();
    if (!out.isTTY) {
      const parts = Object.entries(counts).map(([what, done]) => `${what} ${done}/${photos}`);
      out.write(`uat: ${parts.join(", ")}\n`);
      return;
    }
    const lines = Object.entries(counts).map(
      ([what, done]) => `${what.padEnd(11)}${bar(done / photos)} ${done}/${photos}`,
    );
    // Back to the first of the three lines, each cleared before it is written again.
    out.write(`${isFirst ? "" : "\x1b[3A"}${lines.map((line) => `\x1b[2K${line}\n`).join("")}`);
    isFirst = false;
  };
}

function bar(share01: number): string {
  const full = Math.min(BAR_CELLS, Math.round(share01 * BAR_CELLS));
  return `${"█".repeat(full)}${"░".repeat(BAR_CELLS - full)}`;
}
