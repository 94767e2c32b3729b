// `npm run dev` as a newcomer runs it: one command, then the printed key and link work, and a restart forgets nothing.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import type { Photo, PhotoPage } from "../shared/contracts/photos.ts";
import { pngPhoto } from "../tests/fixtures/png-photo.ts";
import { ROOT } from "./worker-configs.ts";

/** Starting bundles four Workers and, the first time, the browser app. */
const START_WITHIN_MS = 90_000;

let running: ChildProcess | null = null;
const stop = async (): Promise<void> => {
  const child = running;
  running = null;
  if (child === null || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await ended;
};
afterEach(stop);

async function start(port: number, stateDir: string): Promise<string> {
  const child = spawn(
    process.execPath,
    [join(ROOT, "local/dev.ts"), "--port", String(port), "--state", stateDir, "--offline"],
    {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  running = child;
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const deadline = Date.now() + START_WITHIN_MS;
  while (!output.includes("Ctrl-C stops it")) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`npm run dev did not come up:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return output;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

it("prints a link and a key that work, carries a photo to done, and keeps everything over a restart", {
  timeout: 4 * START_WITHIN_MS,
}, async () => {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const stateDir = mkdtempSync(join(tmpdir(), "heliograph-dev-"));
  try {
    const first = await start(port, stateDir);
    const key = /hg_[A-Za-z0-9_-]{43}/.exec(first)?.[0] ?? "";
    const token = /#token=([A-Za-z0-9_-]+)/.exec(first)?.[1] ?? "";
    const authorization = { authorization: `Bearer ${key}` };

    const signedIn = await fetch(`${origin}/api/v1/auth/link`, {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ token }),
    });
    expect(signedIn.status).toBe(200);

    // The seeds' examples, word by word; Node's fetch says that it is one, curl does not.
    const curl = async (...flags: string[]) => (await promisify(execFile)("curl", ["-sS", ...flags])).stdout;
    const data = Buffer.from(pngPhoto(64, 48, 5)).toString("base64");
    const { id } = JSON.parse(
      await curl(
        `${origin}/api/v1/img`,
        "-H",
        "content-type: application/json",
        "-d",
        JSON.stringify({ type: "base64", data }),
      ),
    ) as { id: string };
    const status = ["-o", "/dev/null", "-w", "%{http_code}"];
    expect(await curl(`${origin}/api/v1/img/${id}.jpg?thumbnail=32&rotate=180`, ...status)).toBe("200");
    expect(await curl(`${origin}/api/v1/photos/${id}`, ...status)).toBe("401");
    expect(await curl(`${origin}/images/${id}`, "-H", "Origin: https://elsewhere.example", ...status)).toBe("401");
    const [sessionCookie = ""] = (signedIn.headers.get("set-cookie") ?? "").split(";");
    expect(await (await fetch(`${origin}/gallery`)).text()).toContain('<div id="root"');

    const form = new FormData();
    form.set("file", new File([pngPhoto(300, 200, 1)], "first.png"));
    const posted = (await (
      await fetch(`${origin}/api/v1/photos`, { method: "POST", headers: authorization, body: form })
    ).json()) as Photo;
    const current = async () =>
      (await (await fetch(`${origin}/api/v1/photos/${posted.id}`, { headers: authorization })).json()) as Photo;
    await expect.poll(async () => (await current()).status, { timeout: 60_000, interval: 200 }).toBe("done");
    // The one thing a Worker asks of another directly.
    const webp = await fetch(`${origin}${(await current()).renditions.w320?.webp}`, { headers: authorization });
    expect([webp.status, webp.headers.get("content-type")]).toEqual([200, "image/webp"]);
    await webp.arrayBuffer();

    // The embedder has the secret that protects face data: it seals what it sees. The people index answers.
    const consent = await fetch(`${origin}/api/v1/consent/faces`, {
      method: "PUT",
      headers: { cookie: sessionCookie, origin, "content-type": "application/json" },
      body: JSON.stringify({ granted: true, version: 1 }),
    });
    expect(consent.status).toBe(200);
    await expect
      .poll(async () => (await current()).stages.index.state, { timeout: 30_000, interval: 200 })
      .toBe("done");
    const questions = await fetch(`${origin}/api/v1/people/suggestions`, { headers: authorization });
    expect([200, 409]).toContain(questions.status);

    await stop();
    const second = await start(port, stateDir);
    expect(second).toContain("#token=");
    expect(second).not.toContain("API key");
    const page = (await (await fetch(`${origin}/api/v1/photos`, { headers: authorization })).json()) as PhotoPage;
    expect(page.items.map(({ id, status }) => ({ id, status }))).toEqual([{ id: posted.id, status: "done" }]);
  } finally {
    await stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
});
