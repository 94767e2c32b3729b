// The real platform in a process of its own, on a free port and throw-away state; and a signed-in browser on it.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";

const READY_WITHIN_MS = 120_000;
/** How long (ms) a statement waits for a write of the platform. */
const SQL_WAIT_MS = 5000;
/** Where the local platform keeps D1, inside its state. */
const D1_FOLDER = "d1/miniflare-D1DatabaseObject";

export interface RealStack {
  readonly url: string;
  readonly signInUrl: string;
  /** Changes the database beside the running platform, as time would. */
  runSql(statement: string): void;
  close(): Promise<void>;
}

export interface StackWishes {
  /** False: nobody has been asked about face recognition yet. */
  readonly consent?: boolean;
  /** Variables of the gateway. */
  readonly variables?: Readonly<Record<string, string>>;
}

export async function startStack({ consent = true, variables = {} }: StackWishes = {}): Promise<RealStack> {
  const state = mkdtempSync(join(tmpdir(), "heliograph-e2e-"));
  const root = join(import.meta.dirname, "../..");
  const child = spawn(
    process.execPath,
    [
      "local/stack.ts",
      ...["--port", "0", "--state", state, "--fresh"],
      ...(consent ? [] : ["--no-consent"]),
      ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
    ],
    {
      cwd: root,
      // The page under test is the one people get, whatever the test runner calls its environment.
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  });
  const line = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The stack was not ready in time:\n${log}`)), READY_WITHIN_MS);
    createInterface({ input: child.stdout }).once("line", (text) => {
      clearTimeout(timer);
      resolve(text);
    });
    child.once("exit", (code) => reject(new Error(`The stack ended with ${code}:\n${log}`)));
  });
  const { url, signInUrl } = JSON.parse(line) as { url: string; signInUrl: string };
  return {
    url: byName(url),
    signInUrl: byName(signInUrl),
    runSql: (statement) => {
      const folder = join(state, D1_FOLDER);
      const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
      const database = new DatabaseSync(join(folder, file ?? ""), { timeout: SQL_WAIT_MS });
      database.exec(statement);
      database.close();
    },
    close: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 10_000))]);
      child.kill("SIGKILL");
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** Passkeys belong to a name; a bare IP address can have none. */
const byName = (url: string): string => url.replace("//127.0.0.1:", "//localhost:");

export interface Visit {
  readonly stack: RealStack;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page's security policy refused, and errors it threw. Both must stay empty. */
  readonly violations: string[];
  close(): Promise<void>;
}

export async function visit(viewport = { width: 1280, height: 800 }, wishes: StackWishes = {}): Promise<Visit> {
  const [stack, browser] = await Promise.all([startStack(wishes), launchChromium()]);
  const context = await browser.newContext({ viewport });
  const violations: string[] = [];
  await context.exposeFunction("reportViolation", (text: string) => void violations.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (window as unknown as { reportViolation(text: string): void }).reportViolation;
      report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) violations.push(message.text());
  });
  page.on("pageerror", (error) => violations.push(`page error: ${error.message}`));
  page.on("dialog", (dialog) => void dialog.accept());
  return {
    stack,
    browser,
    context,
    page,
    violations,
    close: async () => {
      await browser.close();
      await stack.close();
    },
  };
}

/** Signs in by the link of the terminal, passes over the first minute's questions, and waits for the home page. */
export async function signIn({ page, stack }: Visit): Promise<void> {
  await page.goto(stack.signInUrl);
  await page.getByRole("heading", { level: 1, name: "Welcome to Heliograph" }).waitFor();
  await page.goto(stack.url);
  await page.getByRole("heading", { level: 1, name: /^Welcome, / }).waitFor();
}

/** Photos of the library, as the API lists them. */
export async function listPhotos({
  page,
}: Visit): Promise<{ id: string; filename: string; status: string; bytes: number }[]> {
  return page.evaluate(async () => {
    const items = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await (await fetch(`/api/v1/photos?limit=200${query}`)).json();
      items.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== null);
    return items;
  });
}
