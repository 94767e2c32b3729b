// `npm run stack -- --port P --state DIR [--fresh]`: starts the platform and says so with one JSON line on stdout.
import { parseArgs } from "node:util";
import { buildWeb } from "./build-web.ts";
import { openStack, STACK_DEFAULTS } from "./open-stack.ts";

const HELP = `npm run stack -- [options]
  --port P              listen on P (default: a free port)
  --state DIR           keep R2, D1 and Durable Objects in DIR (default .stack)
  --fresh               empty DIR first
  --users N             accounts to have, the first is the owner (default 1)
  --no-models           leave recognition-grade models out
  --no-consent          users have not been asked about face recognition: nothing is indexed until they say yes
  --no-web              do not build the browser app
  --sweep-every S       seconds between sweeps (default ${STACK_DEFAULTS.sweepEverySeconds}; 0 = never)
  --stale-after MS      age at which the sweep doubts a message (default ${STACK_DEFAULTS.staleAfterMs})
  --event-loss R, --event-duplicate R, --storage-error R, --database-error R, --ambiguous-commit R
                        fault rates, 0 to 1 (default 0)
  --var NAME=VALUE      a variable of the gateway; may be repeated
  --kill-every S        SIGKILL the runtime about every S seconds and start it again on the same state
  --kill-seed N         repeat the times of an earlier run
Prints {"url","apiKey","signInUrl","users","pid"} on stdout when ready; logs go to stderr.
`;

const { values: flags } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    state: { type: "string", default: ".stack" },
    fresh: { type: "boolean", default: false },
    users: { type: "string", default: "1" },
    "no-models": { type: "boolean", default: false },
    "no-consent": { type: "boolean", default: false },
    "no-web": { type: "boolean", default: false },
    "sweep-every": { type: "string", default: String(STACK_DEFAULTS.sweepEverySeconds) },
    "stale-after": { type: "string", default: String(STACK_DEFAULTS.staleAfterMs) },
    "event-loss": { type: "string", default: "0" },
    "event-duplicate": { type: "string", default: "0" },
    "storage-error": { type: "string", default: "0" },
    "database-error": { type: "string", default: "0" },
    "ambiguous-commit": { type: "string", default: "0" },
    var: { type: "string", multiple: true, default: [] },
    "kill-every": { type: "string" },
    "kill-seed": { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
// Everything but the one line belongs on stderr, wrangler's and vite's words included.
console.log = console.error;
console.info = console.error;

if (flags["kill-every"] !== undefined) {
  const { superviseKills } = await import("./supervise-kills.ts");
  await superviseKills(process.argv.slice(2), Number(flags["kill-every"]));
} else {
  if (!flags["no-web"]) await buildWeb();
  const stack = await openStack({
    ...STACK_DEFAULTS,
    port: Number(flags.port),
    stateDir: flags.state,
    fresh: flags.fresh,
    users: Number(flags.users),
    models: !flags["no-models"],
    consent: !flags["no-consent"],
    gatewayVariables: Object.fromEntries(
      flags.var.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
    ),
    sweepEverySeconds: Number(flags["sweep-every"]),
    staleAfterMs: Number(flags["stale-after"]),
    faults: {
      eventLoss: Number(flags["event-loss"]),
      eventDuplicate: Number(flags["event-duplicate"]),
      storageError: Number(flags["storage-error"]),
      databaseError: Number(flags["database-error"]),
      ambiguousCommit: Number(flags["ambiguous-commit"]),
    },
  });
  const stop = async (): Promise<void> => {
    await stack.close();
    process.exit(0);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.stdout.write(
    `${JSON.stringify({ url: stack.url, apiKey: stack.users[0]?.apiKey, signInUrl: stack.signInUrl, users: stack.users, pid: process.pid })}\n`,
  );
}
