// The supervisor leaves nothing behind: not between two lives of the stack, and not after its own end.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { makeStateFolder, removeStateFolder } from "../tests/client/state-folder.ts";
import { seededRandom } from "./seeded-random.ts";
import { type KilledStack, startKilledStack } from "./supervise-kills.ts";

let folder: string;
let stack: KilledStack | null = null;
afterEach(async () => {
  await stack?.close();
  removeStateFolder(folder);
});

/** Living processes whose command line names the folder; zombies are dead. */
function processesOf(stateFolder: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return (
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(stateFolder) &&
        !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))
      );
    } catch {
      return false; // no process, or one that has just ended
    }
  });
}

it.skipIf(!existsSync("/proc/self/cmdline"))(
  "kills the whole group, starts again on the same state and port, and keeps the first key valid",
  { timeout: 120_000 },
  async () => {
    folder = makeStateFolder("kills");
    stack = await startKilledStack({
      argv: ["--no-web", "--no-models", "--state", folder, "--fresh"],
      everySeconds: 1,
      random: seededRandom(3),
    });
    const { url, apiKey } = stack.announcement;
    while (stack.kills() < 3) await new Promise((resolve) => setTimeout(resolve, 100));
    await stack.stopKilling();

    const answer = await fetch(`${url}/api/v1/photos`, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(answer.status).toBe(200);
    // One life at a time: its node (workerd reads its configuration from a pipe and names no folder).
    expect(processesOf(folder)).toHaveLength(1);

    const kills = stack.kills();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(stack.kills()).toBe(kills);

    await stack.close();
    expect(processesOf(folder)).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
  },
);
