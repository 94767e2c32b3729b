import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

let empty: string;
beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), "models-"));
});
afterAll(() => rm(empty, { recursive: true }));

/** Runs the command on a machine without weights and without a network. */
function install(...flags: string[]): Promise<{ code: number; stdout: string }> {
  const command = [
    join(import.meta.dirname, "install-models.ts"),
    "--offline",
    "--weights",
    join(empty, "weights"),
    ...flags,
  ];
  const env = { ...process.env, MODELS_DIR: empty };
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env }, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    );
  });
}

it("fails in plain words when models are missing", async () => {
  const { code, stdout } = await install();
  expect(code).toBe(1);
  expect(stdout).toContain("yunet-n: No file in");
  expect(stdout).toContain("Recognition-grade models are not installed.");
});

it("says the same but succeeds with --optional, so that development starts without models", async () => {
  const { code, stdout } = await install("--optional");
  expect(code).toBe(0);
  expect(stdout).toContain("Recognition-grade models are not installed.");
});

it("answers as JSON for programs", async () => {
  const { code, stdout } = await install("--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    isComplete: false,
    models: [{ origin: "missing", path: null }, { origin: "missing" }],
  });
});
