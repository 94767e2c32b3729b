// Bindings that Workers share must be spelled alike in every file, every queue must be complete, and nothing local may
// be reachable from what is deployed.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { HOLDERS_OF_FACE_SECRET, HOLDERS_OF_IDENTITY_SECRET, ROOT, WORKERS } from "../../local/worker-configs.ts";

const configs = WORKERS.map(({ name, config }) => ({
  name,
  text: readFileSync(join(ROOT, config), "utf8"),
  config: unstable_readConfig({ config: join(ROOT, config) }),
}));

const DURABLE_OBJECTS = [
  { name: "PROGRESS", class_name: "ProgressHub" },
  { name: "PEOPLE", class_name: "PeopleIndex" },
  { name: "ATTEMPTS", class_name: "AttemptCounter" },
  { name: "RENDER_FLIGHTS", class_name: "RenderFlight" },
  { name: "TUS_UPLOADS", class_name: "TusUpload" },
];

interface BoundService {
  readonly binding: string;
  readonly service: string;
  readonly entrypoint?: string;
}

/** wrangler's type leaves it open. */
function boundServices(config: { services?: unknown }): readonly BoundService[] {
  return (config.services ?? []) as readonly BoundService[];
}

describe("the Workers' configurations", () => {
  it("name one bucket, one database and each Durable Object alike", () => {
    for (const { config } of configs) {
      for (const bucket of config.r2_buckets)
        expect(bucket).toMatchObject({ binding: "BUCKET", bucket_name: "heliograph-photos" });
      for (const database of config.d1_databases)
        expect(database).toMatchObject({
          binding: "DB",
          database_name: "heliograph",
          database_id: configs[0]?.config.d1_databases[0]?.database_id,
        });
      for (const object of config.durable_objects.bindings)
        expect(DURABLE_OBJECTS).toContainEqual({ name: object.name, class_name: object.class_name });
    }
  });

  it("share one compatibility date and run with nodejs_compat", () => {
    expect(new Set(configs.map(({ config }) => config.compatibility_date)).size).toBe(1);
    for (const { config } of configs) expect(config.compatibility_flags).toContain("nodejs_compat");
  });

  it("give every queue explicit settings and a consumed dead-letter queue", () => {
    const consumers = configs.flatMap(({ config }) => config.queues.consumers ?? []);
    const consumed = new Set(consumers.map(({ queue }) => queue));
    const produced = configs.flatMap(({ config }) => config.queues.producers ?? []).map(({ queue }) => queue);
    expect(produced.every((queue) => consumed.has(queue))).toBe(true);
    for (const consumer of consumers) {
      expect(consumer.max_batch_size, consumer.queue).toBeGreaterThan(0);
      expect(consumer.max_batch_timeout, consumer.queue).toBeGreaterThan(0);
      expect(consumer.max_retries, consumer.queue).toBeGreaterThan(0);
      if (!consumer.queue.endsWith("-dlq"))
        expect(
          consumed.has(consumer.dead_letter_queue ?? ""),
          `${consumer.queue} has a dead-letter queue with a consumer`,
        ).toBe(true);
    }
  });

  it("bind services only to entrypoints that Workers of ours export, and that are deployed before", () => {
    const services = configs.flatMap(({ name, config }) => boundServices(config).map((bound) => ({ name, ...bound })));
    expect(services).toContainEqual(expect.objectContaining({ binding: "WEBP_MAKER", name: "heliograph-gateway" }));
    const deployed = [
      ...readFileSync(join(ROOT, "deploy/ship.ts"), "utf8").matchAll(/^ {2}"(heliograph-\w+)",$/gm),
    ].map(([, name]) => name);
    for (const { name, service, entrypoint } of services) {
      const target = WORKERS.find((worker) => worker.name === service);
      expect(target, service).toBeDefined();
      const source = readFileSync(join(ROOT, target?.entry ?? ""), "utf8");
      expect(source).toContain(`export class ${entrypoint} extends WorkerEntrypoint`);
      expect(deployed).toContain(service);
      expect(deployed.indexOf(service), service).toBeLessThan(deployed.indexOf(name));
    }
  });

  it("bind Durable Objects only to scripts that are deployed before, or to their own", () => {
    const deployed = [
      ...readFileSync(join(ROOT, "deploy/ship.ts"), "utf8").matchAll(/^ {2}"(heliograph-\w+)",$/gm),
    ].map(([, name]) => name);
    for (const { name, config } of configs)
      for (const { script_name: script = name } of config.durable_objects.bindings) {
        expect(deployed, script).toContain(script);
        expect(deployed.indexOf(script), script).toBeLessThanOrEqual(deployed.indexOf(name));
      }
  });

  it("open the vault of face vectors to nobody but the embedder and the people index", () => {
    const readers = WORKERS.filter(({ entry }) =>
      globSync(join(ROOT, entry, "../**/*.ts")).some((file) => readFileSync(file, "utf8").includes("FACE_SECRET")),
    ).map(({ name }) => name);
    expect(readers.sort()).toEqual(["heliograph-embedder", "heliograph-people"]);
    expect([...HOLDERS_OF_FACE_SECRET].sort()).toEqual(readers);
    for (const { name, text } of configs) expect(text, name).not.toContain("FACE_SECRET");
  });

  it("give the identity secret to the gateway alone", () => {
    const readers = WORKERS.filter(({ entry }) =>
      globSync(join(ROOT, entry, "../**/*.ts")).some((file) => readFileSync(file, "utf8").includes("IDENTITY_SECRET")),
    ).map(({ name }) => name);
    expect(readers).toEqual([...HOLDERS_OF_IDENTITY_SECRET]);
    for (const { name, text } of configs) expect(text, name).not.toContain("IDENTITY_SECRET");
  });

  it("preset face recognition alike", () => {
    for (const name of ["heliograph-gateway", "heliograph-embedder", "heliograph-people"])
      expect(configs.find((worker) => worker.name === name)?.config.vars.FACE_RECOGNITION, name).toBe("ask");
  });

  it("leave no local switch in a deployed configuration", () => {
    for (const { name, text, config } of configs) {
      for (const variable of ["LOCAL_FAULTS", "SEED_GUEST", "IMPORT_TEST_HOSTS"])
        expect(text, name).not.toContain(variable);
      expect(JSON.stringify(config.vars), name).not.toContain("LOCAL");
      if (name !== "heliograph-progress") expect(config.define, name).toEqual({ HELIOGRAPH_LOCAL_BUILD: "false" });
    }
  });

  it("carry the version of the package", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(configs[0]?.config.vars.VERSION).toBe(version);
  });
});
