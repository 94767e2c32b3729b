// The command where nothing can be measured: it says why, in words, and prints no table.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "eval-faces-"));
afterAll(() => rmSync(folder, { recursive: true }));

function evaluate(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, "eval-faces.ts"), ...flags], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

it.each([
  ["no folder", ["--dir", join(folder, "nowhere")], /There is no folder .*nowhere\. Name one with --dir/],
  ["no labels", ["--dir", folder], /has no identities\.csv/],
  ["an unknown embedder", ["--embedder", "nobody"], /No face-embedder is called nobody\. Known: /],
  ["an impossible demand", ["--min-balanced", "99"], /takes a number from 0 to 1/],
])("ends with 2 and a sentence for %s", async (_, flags, sentence) => {
  const { code, stdout, stderr } = await evaluate(...flags);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(sentence);
});

it("refuses labels it cannot believe before anything is started", async () => {
  writeFileSync(join(folder, "identities.csv"), "file,identity\nnot-here.jpg,ann\n");
  expect((await evaluate("--dir", folder)).stderr).toContain("not-here.jpg is not there");
});
