// onnxruntime-node, to be compared with. It is no dependency: its install script downloads from the network. It is taken from where
// it is installed, or once installed without that script into a folder that git ignores.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../local/worker-configs.ts";
import type { InferenceSession } from "../../shared/inference/inference-session.ts";

/** The same version as onnxruntime-web's. */
const PACKAGE = "onnxruntime-node@1.30.0";
const INSTALL_TIMEOUT_MS = 180_000;

/** As much of onnxruntime-node as is used. */
interface Runtime {
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{
      readonly inputNames: readonly string[];
      run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>>;
    }>;
  };
  readonly Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => object;
}

export interface NativeRuntime {
  /** One thread, as workerd has. */
  createSession(model: Uint8Array): Promise<InferenceSession>;
}

/**
 * @param folder where it is, or will be, installed
 * @returns null, after saying why, where it cannot be had
 */
export async function loadNativeRuntime(folder: string, say: (line: string) => void): Promise<NativeRuntime | null> {
  try {
    const runtime = find(folder) ?? (await install(folder, say));
    return { createSession: (model) => createSession(runtime, model) };
  } catch (error) {
    say(`onnxruntime-node cannot be had, its columns are left out: ${(error as Error).message.split("\n")[0]}`);
    return null;
  }
}

function find(folder: string): Runtime | null {
  for (const from of [folder, ROOT]) {
    try {
      return createRequire(join(from, "package.json"))("onnxruntime-node") as Runtime;
    } catch {
      // Not there: the next place, or the registry.
    }
  }
  return null;
}

async function install(folder: string, say: (line: string) => void): Promise<Runtime> {
  say(`Installing ${PACKAGE} into ${folder} …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  await promisify(execFile)("npm", ["install", PACKAGE, "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    timeout: INSTALL_TIMEOUT_MS,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
  });
  const runtime = find(folder);
  if (runtime === null) throw new Error("it is installed and does not load");
  return runtime;
}

async function createSession({ InferenceSession, Tensor }: Runtime, model: Uint8Array): Promise<InferenceSession> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const [inputName = ""] = session.inputNames;
  return {
    async run({ data, shape }) {
      const outputs = await session.run({ [inputName]: new Tensor("float32", data, shape) });
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data]));
    },
  };
}
