import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { activeModels, type ModelRecord, modelId } from "../shared/contracts/models.ts";
import { readModelLockfile } from "./lockfile.ts";
import { resolveModels } from "./resolve-models.ts";

const WEIGHTS = new Uint8Array(200_000).map((_, index) => (index * 31) % 251);
const SHA256 = createHash("sha256").update(WEIGHTS).digest("hex");
const LIMITS = { connectMs: 300, stallMs: 300, totalMs: 5_000 };

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "models-"));
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function listen(handle: RequestListener): Promise<string> {
  server = createServer(handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/weights.onnx`;
}

function recordAt(url: string): ModelRecord {
  const { detector } = activeModels(readModelLockfile());
  return { ...detector, name: "test", file: "weights.onnx", bytes: WEIGHTS.length, sha256: SHA256, url };
}

const weightsDir = () => join(folder, "weights");
const filesLeft = () => readdir(weightsDir()).catch(() => []);

async function resolveOne(
  url: string,
  more: { modelsDir?: string; offline?: boolean; onProgress?: (_: unknown, received: number) => void } = {},
) {
  const options = {
    weightsDir: weightsDir(),
    modelsDir: null,
    offline: false,
    models: [recordAt(url)],
    limits: LIMITS,
    ...more,
  };
  const [model] = await resolveModels(options);
  if (model === undefined) throw new Error("nothing resolved");
  return model;
}

describe("the lockfile", () => {
  it("pins one detector and one embedder, each to a commit and a digest", () => {
    const { models } = readModelLockfile();
    expect(models.map(modelId)).toEqual(["yunet-n-104ee26c71d5", "mobilefacenet-128-b7120c095d60"]);
    expect(models.map(({ role }) => role)).toEqual(["face-detector", "face-embedder"]);
    for (const { url } of models)
      expect(url).toMatch(/^https:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+\/[0-9a-f]{40}\//);
  });
});

describe("downloading", () => {
  it("keeps the pinned bytes under their digest, reports progress, and needs no network the second time", async () => {
    const url = await listen((_, response) => response.end(WEIGHTS));
    const progress: number[] = [];
    const model = await resolveOne(url, { onProgress: (_, received) => progress.push(received) });
    expect(model.origin).toBe("download");
    expect(model.path).toBe(join(weightsDir(), `${SHA256}.onnx`));
    expect(new Uint8Array(await readFile(model.path ?? ""))).toEqual(WEIGHTS);
    expect(progress.at(-1)).toBe(WEIGHTS.length);
    expect((await resolveOne(url, { offline: true })).origin).toBe("cache");
    expect(await filesLeft()).toEqual([`${SHA256}.onnx`]);
  });

  const refusals: [string, RequestListener, RegExp][] = [
    [
      "other bytes of the same length",
      (_, response) => response.end(WEIGHTS.toReversed()),
      /other bytes than the pinned ones/,
    ],
    ["too few bytes", (_, response) => response.end(WEIGHTS.subarray(0, 1000)), /sent 1000 of 200000 bytes/],
    [
      "more bytes than pinned",
      (_, response) => response.end(Buffer.concat([WEIGHTS, WEIGHTS])),
      /more than the pinned 200000 bytes/,
    ],
    ["404", (_, response) => response.writeHead(404).end("gone"), /answered 404/],
    ["no answer", () => undefined, /did not answer within 300 ms/],
    [
      "half a body and then silence",
      (_, response) => void response.write(WEIGHTS.subarray(0, 1000)),
      /stopped sending for 300 ms/,
    ],
    [
      "a connection cut in the middle",
      (_, response) =>
        void response
          .writeHead(200, { "content-length": WEIGHTS.length })
          .write(WEIGHTS.subarray(0, 1000), () => response.destroy()),
      /could not be reached/,
    ],
  ];
  it.each(refusals)("leaves nothing after %s", async (_, handle, sentence) => {
    const model = await resolveOne(await listen(handle));
    expect(model).toMatchObject({ origin: "missing", path: null });
    expect(model.problem).toMatch(sentence);
    expect(await filesLeft()).toEqual([]);
  });

  it("answers at once when nobody listens", async () => {
    const url = await listen(() => undefined);
    server?.close();
    const model = await resolveOne(url);
    expect(model.problem).toMatch(/could not be reached \(ECONNREFUSED\)/);
  });

  it("never asks the network when offline", async () => {
    let requests = 0;
    const url = await listen((_, response) => {
      requests++;
      response.end(WEIGHTS);
    });
    const model = await resolveOne(url, { offline: true });
    expect(model.problem).toMatch(/Offline/);
    expect(requests).toBe(0);
  });
});

describe("weights already at hand", () => {
  const url = "http://127.0.0.1:1/";

  it.each(["weights.onnx", "another-name.bin"])("takes %s from MODELS_DIR", async (name) => {
    await writeFile(join(folder, name), WEIGHTS);
    const model = await resolveOne(url, { modelsDir: folder, offline: true });
    expect(model.origin).toBe("models-dir");
    expect(await filesLeft()).toEqual([`${SHA256}.onnx`]);
  });

  it("does not take a file of the right name with other bytes", async () => {
    await writeFile(join(folder, "weights.onnx"), WEIGHTS.toReversed());
    const model = await resolveOne(url, { modelsDir: folder, offline: true });
    expect(model.problem).toMatch(/No file in .* is the pinned weights\.onnx/);
    expect(await filesLeft()).toEqual([]);
  });

  it("replaces a damaged file in the weights folder", async () => {
    await mkdir(weightsDir());
    await writeFile(join(weightsDir(), `${SHA256}.onnx`), WEIGHTS.subarray(1));
    await writeFile(join(folder, "weights.onnx"), WEIGHTS);
    expect((await resolveOne(url, { modelsDir: folder })).origin).toBe("models-dir");
    expect((await resolveOne(url, { offline: true })).origin).toBe("cache");
  });
});
