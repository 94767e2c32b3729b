// The command `npm run models [-- --json] [--offline] [--optional] [--weights DIR]`. Answers on stdout, progress on stderr.
// Exit code 1 when a model is missing, unless --optional: then the built-in default is used, and the command says so.
import { parseArgs } from "node:util";
import type { ModelRecord } from "../shared/contracts/models.ts";
import { DEFAULT_WEIGHTS_DIR, defaultModelsDir, type ResolvedModel, resolveModels } from "./resolve-models.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean" },
    offline: { type: "boolean" },
    optional: { type: "boolean" },
    weights: { type: "string", default: DEFAULT_WEIGHTS_DIR },
  },
});
const models = await resolveModels({
  weightsDir: flags.weights,
  modelsDir: defaultModelsDir(),
  offline: flags.offline === true,
  onProgress: progressLine(),
});
const isComplete = models.every((model) => model.path !== null);
process.stdout.write(flags.json === true ? `${JSON.stringify({ isComplete, models }, null, 2)}\n` : report(models));
process.exitCode = isComplete || flags.optional === true ? 0 : 1;

/** One line for all downloads together, rewritten in place; silent where stderr is no terminal, but for the end of each. */
function progressLine(): (record: ModelRecord, receivedBytes: number) => void {
  const received = new Map<ModelRecord, number>();
  return (record, receivedBytes) => {
    received.set(record, receivedBytes);
    const line = [...received].map(([{ name, bytes }, sofar]) => `${name} ${sofar}/${bytes} bytes`).join("  ");
    const isDone = [...received].every(([{ bytes }, sofar]) => sofar === bytes);
    if (process.stderr.isTTY) process.stderr.write(`\r${line}${isDone ? "\n" : ""}`);
    else if (receivedBytes === record.bytes)
      process.stderr.write(`${record.name} ${receivedBytes}/${record.bytes} bytes\n`);
  };
}

function report(resolved: readonly ResolvedModel[]): string {
  const lines = resolved.map(
    ({ record, origin, path, problem }) => `${record.name}: ${path === null ? problem : `${path} (${origin})`}`,
  );
  if (resolved.some(({ path }) => path === null)) {
    lines.push(
      "Recognition-grade models are not installed. Photos are indexed with the built-in default, which recognises nobody.",
    );
    lines.push("Put the files into a folder and set MODELS_DIR to it, or run this again with a network.");
  }
  return `${lines.join("\n")}\n`;
}
