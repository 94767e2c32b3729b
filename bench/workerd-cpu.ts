// CPU time and memory of the platform's own processes, as the kernel counts them. Linux only; elsewhere the answer is null.
import { readdirSync, readFileSync } from "node:fs";

/** Length (ms) of a kernel clock tick: USER_HZ is 100 on every Linux we run on. */
const TICK_MS = 10;
/** Of every Linux on x86-64, and of most others. */
const PAGE_BYTES = 4096;

/** Milliseconds of CPU that the workerd children of `parentPid` have used so far; null where nobody says. */
export function workerdCpuMs(parentPid: number): number | null {
  return sumOf(parentPid, ({ cpuMs }) => cpuMs);
}

/** Bytes of memory that the workerd children of `parentPid` have in RAM; null where nobody says. */
export function workerdRssBytes(parentPid: number): number | null {
  return sumOf(parentPid, ({ rssBytes }) => rssBytes);
}

interface ProcessStat {
  readonly name: string;
  readonly parentPid: number;
  readonly cpuMs: number;
  readonly rssBytes: number;
}

function sumOf(parentPid: number, figure: (stat: ProcessStat) => number): number | null {
  const children = processIds()
    .map(statOf)
    .filter((stat) => stat !== null)
    .filter((stat) => stat.parentPid === parentPid && stat.name === "workerd");
  return children.length === 0 ? null : children.reduce((total, stat) => total + figure(stat), 0);
}

function processIds(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** proc(5): `pid (name) state ppid … utime stime … rss …`, where the name may contain anything but its last parenthesis. */
function statOf(pid: string): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const nameEnd = text.lastIndexOf(")");
    const fields = text.slice(nameEnd + 2).split(" ");
    const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
    return {
      name: text.slice(text.indexOf("(") + 1, nameEnd),
      parentPid: Number(fields[1]),
      cpuMs: (userTicks + systemTicks) * TICK_MS,
      rssBytes: Number(fields[21]) * PAGE_BYTES,
    };
  } catch {
    return null; // ended meanwhile
  }
}
