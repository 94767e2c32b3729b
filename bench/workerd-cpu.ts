// CPU time of the platform's own processes, as the kernel counts it. Linux only; elsewhere the answer is null.
import { readdirSync, readFileSync } from "node:fs";

/** Length (ms) of a kernel clock tick: USER_HZ is 100 on every Linux we run on. */
const TICK_MS = 10;

/** Milliseconds of CPU that the workerd children of `parentPid` have used so far; null where nobody says. */
export function workerdCpuMs(parentPid: number): number | null {
  const spent = processIds()
    .map(statOf)
    .filter((stat) => stat !== null && stat.parentPid === parentPid && stat.name === "workerd");
  return spent.length === 0 ? null : spent.reduce((total, stat) => total + (stat?.cpuMs ?? 0), 0);
}

function processIds(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** proc(5): `pid (name) state ppid … utime stime …`, where the name may contain anything but its last parenthesis. */
function statOf(pid: string): { name: string; parentPid: number; cpuMs: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const nameEnd = text.lastIndexOf(")");
    const fields = text.slice(nameEnd + 2).split(" ");
    const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
    return {
      name: text.slice(text.indexOf("(") + 1, nameEnd),
      parentPid: Number(fields[1]),
      cpuMs: (userTicks + systemTicks) * TICK_MS,
    };
  } catch {
    return null; // ended meanwhile
  }
}
