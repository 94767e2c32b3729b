// Letters on their way: to a real mail server, through its refusals and silences, and past a crash; never twice.

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { hostname } from "node:os";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  MAIL_ATTEMPTS_MAX,
  MAIL_CLAIM_MS,
  MAIL_GIVE_UP_MS,
  MAIL_TIMEOUT_MS,
} from "../../../shared/contracts/limits.ts";
import { Browser, signedInBrowser } from "../../../tests/fixtures/browser.ts";
import { type MailServer, openMailServer } from "../../../tests/fixtures/mail-server.ts";
import { openTestPlatform, type TestPlatform } from "../../../tests/fixtures/test-platform.ts";

const FROM = "photos@heliograph.example";

let platform: TestPlatform;
let mail: MailServer;

beforeAll(async () => {
  mail = await openMailServer();
  platform = await openTestPlatform({
    attemptLimitFactor: 1000,
    gatewayVariables: { SMTP_URL: mail.url, MAIL_FROM: FROM },
  });
});
afterAll(async () => {
  await platform.close();
  await mail.close();
});
afterEach(async () => {
  mail.misbehave(null);
  await platform.stack.db.prepare(`DELETE FROM mail_outbox`).run();
});

interface Row {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly error: string | null;
}

async function outbox(on = platform): Promise<Row[]> {
  const { results } = await on.stack.db
    .prepare(`SELECT id, state, attempts, error FROM mail_outbox ORDER BY id`)
    .all<Row>();
  return results;
}

/** The owner's address, and a letter to it. */
async function askForLink(email: string, on = platform): Promise<void> {
  await on.stack.db
    .prepare(`UPDATE users SET email = ?2, email_verified_at = 1 WHERE id = ?1`)
    .bind(on.stack.users[0]?.id, email)
    .run();
  await new Browser(on.stack.url).ask("POST", "/api/v1/auth/email", { email }, 202);
}

const settled = (state: string, on = platform, withinMs = 10_000) =>
  expect.poll(async () => (await outbox(on)).map((row) => row.state), { timeout: withinMs }).toEqual([state]);

describe("a letter", () => {
  it("arrives as text and simple HTML, from us, with a link of ours and nothing to load", async () => {
    await askForLink("ada@example.org");
    const { from, mail: letter } = await mail.newest("ada@example.org");
    expect([from, letter.from?.address]).toEqual([FROM, FROM]);
    expect(letter.subject).toBe("Your sign-in link");
    expect(letter.text).toMatch(new RegExp(`${platform.stack.url}/login#token=[A-Za-z0-9_-]{43}\n`));
    expect(letter.html).toContain("/login#token&#61;".replace("&#61;", "="));
    expect(letter.html).not.toMatch(/<(img|style|script|link|iframe)|url\(|src=/i);
    expect(letter.attachments).toEqual([]);
    await settled("sent");
  });

  it("is not written by the name of somebody else", async () => {
    const owner = await signedInBrowser(platform, 0);
    await platform.stack.db
      .prepare(`UPDATE users SET name = ? WHERE role = 'owner'`)
      .bind('Eve\r\nBcc: victim@example.org\r\n\r\n<a href="https://evil.example">click</a>')
      .run();
    await owner.ask("POST", "/api/v1/admin/invitations", { email: "guest@example.org" }, 201);
    const { to, mail: letter } = await mail.newest("guest@example.org");
    expect(to).toEqual(["guest@example.org"]);
    expect(letter.bcc ?? []).toEqual([]);
    expect(letter.html).not.toContain('<a href="https://evil.example"');
    expect(letter.html).toContain("&#60;a href");
  });

  it("has no address with a line break in it: such a one is refused before", async () => {
    for (const email of [
      "a@example.org\r\nRCPT TO:<v@example.org>",
      "a@example.org%0d%0aBcc:v@example.org",
      "a b@example.org",
    ])
      expect(await new Browser(platform.stack.url).refusal("POST", "/api/v1/auth/email", { email })).toBe(
        "400 invalid-request",
      );
  });
});

describe("a mail server that refuses", () => {
  it.each(["greeting", "mail", "rcpt", "data"] as const)(
    "for good, at %s: the letter has failed and is not tried again",
    async (at) => {
      mail.misbehave({ at, how: 554 });
      await askForLink(`refused-${at}@example.org`);
      await settled("failed");
      mail.misbehave(null);
      await platform.stack.sweep();
      expect(await outbox()).toMatchObject([{ state: "failed", attempts: 1, error: expect.stringContaining("554") }]);
      expect(mail.inbox.filter(({ to }) => to[0]?.startsWith("refused-"))).toEqual([]);
    },
  );

  it("for now: the letter waits, and the sweep sends it", async () => {
    mail.misbehave({ at: "rcpt", how: 451 });
    await askForLink("later@example.org");
    await settled("queued");
    mail.misbehave(null);
    await platform.stack.sweep();
    expect(await outbox()).toMatchObject([{ state: "queued", attempts: 1 }]);
    await platform.stack.db.prepare(`UPDATE mail_outbox SET claimed_at = claimed_at - 60000`).run();
    await platform.stack.sweep();
    expect(await outbox()).toMatchObject([{ state: "sent", attempts: 2 }]);
    expect(mail.inbox.filter(({ to }) => to.includes("later@example.org"))).toHaveLength(1);
  });

  it("again and again: the letter is given up", async () => {
    mail.misbehave({ at: "mail", how: 421 });
    await askForLink("never@example.org");
    await settled("queued");
    for (let n = 0; n < MAIL_ATTEMPTS_MAX + 1; n++) {
      await platform.stack.db.prepare(`UPDATE mail_outbox SET claimed_at = claimed_at - 3600000`).run();
      await platform.stack.sweep();
    }
    expect(await outbox()).toMatchObject([{ state: "failed", attempts: MAIL_ATTEMPTS_MAX }]);
  });

  it("names nobody's address in the log of why", async () => {
    mail.misbehave({ at: "rcpt", how: 550 });
    await askForLink("private@example.org");
    await settled("failed");
    expect((await outbox())[0]?.error).toBe("RCPT was answered with 550");
  });
});

describe("a mail server that falls silent", () => {
  it("before it had the letter: it was surely not sent, and waits", { timeout: 60_000 }, async () => {
    mail.misbehave({ at: "rcpt", how: "hang" });
    await askForLink("silence@example.org");
    await settled("queued", platform, MAIL_TIMEOUT_MS + 10_000);
    expect((await outbox())[0]?.error).toContain("no answer within");
  });

  it("after it had the letter: nobody knows, and it is never sent again", { timeout: 60_000 }, async () => {
    mail.misbehave({ at: "data", how: "hang" });
    await askForLink("perhaps@example.org");
    await settled("unknown", platform, MAIL_TIMEOUT_MS + 10_000);
    mail.misbehave(null);
    await platform.stack.db.prepare(`UPDATE mail_outbox SET claimed_at = 1`).run();
    await platform.stack.sweep();
    expect(await outbox()).toMatchObject([{ state: "unknown", attempts: 1 }]);
    expect(mail.inbox.filter(({ to }) => to.includes("perhaps@example.org"))).toEqual([]);
  });

  it("holds up one letter behind an answer; the others wait for the sweep, unclaimed", {
    timeout: 60_000,
  }, async () => {
    mail.misbehave({ at: "rcpt", how: "hang" });
    await platform.stack.db
      .prepare(
        `INSERT INTO mail_outbox (id, dedupe_key, kind, recipient, payload, state, created_at)
         VALUES ('first', 'first', 'sign-in', 'first@example.org', ?1, 'queued', 1)`,
      )
      .bind(JSON.stringify({ kind: "sign-in", origin: platform.stack.url, linkId: "first", to: null }))
      .run();
    await askForLink("second@example.org");
    const attempts = async () => (await outbox()).map((row) => `${row.state} ${row.attempts}`).sort();
    await expect.poll(attempts, { timeout: MAIL_TIMEOUT_MS + 5000, interval: 100 }).toEqual(["queued 0", "queued 1"]);
    expect((await outbox()).find(({ attempts: n }) => n === 1)?.error).toContain("no answer within 12 s");
    mail.misbehave(null);
    await platform.stack.sweep();
    await expect.poll(attempts).toContain("sent 1");
  });
});

describe("a crash", () => {
  async function leave(state: "queued" | "sending", ageMs: number, id: string): Promise<void> {
    const at = Date.now() - ageMs;
    await platform.stack.db
      .prepare(
        `INSERT INTO mail_outbox (id, dedupe_key, kind, recipient, payload, state, attempts, created_at, claimed_at)
         VALUES (?1, ?1, 'sign-in', 'crash@example.org', ?2, ?3, ?4, ?5, ?6)`,
      )
      .bind(
        id,
        JSON.stringify({ kind: "sign-in", origin: platform.stack.url, linkId: id, to: null }),
        state,
        state === "sending" ? 1 : 0,
        at,
        state === "sending" ? at : null,
      )
      .run();
  }
  const received = () => mail.inbox.filter(({ to }) => to.includes("crash@example.org")).length;

  it("before the claim: the sweep sends the letter", async () => {
    await leave("queued", 1000, "crash-1");
    const before = received();
    await platform.stack.sweep();
    expect(await outbox()).toMatchObject([{ state: "sent" }]);
    expect(received()).toBe(before + 1);
  });

  it("between the claim and the mark: the letter may be out, and is not sent again", async () => {
    await leave("sending", MAIL_CLAIM_MS + 1000, "crash-2");
    const before = received();
    await platform.stack.sweep();
    await platform.stack.sweep();
    expect(await outbox()).toMatchObject([{ state: "unknown", attempts: 1 }]);
    expect(received()).toBe(before);
  });

  it("leaves a claim that is young to whoever has it", async () => {
    await leave("sending", 1000, "crash-3");
    await platform.stack.sweep();
    expect(await outbox()).toMatchObject([{ state: "sending" }]);
  });

  it("that lasted too long: a link nobody can use any more is not sent", async () => {
    await leave("queued", MAIL_GIVE_UP_MS + 1000, "crash-4");
    const before = received();
    await platform.stack.sweep();
    expect(await outbox()).toMatchObject([{ state: "failed" }]);
    expect(received()).toBe(before);
  });

  it("during twenty sweeps at once: one of them sends", async () => {
    await leave("queued", 1000, "crash-5");
    const before = received();
    await Promise.all(Array.from({ length: 20 }, () => platform.stack.sweep()));
    expect(received()).toBe(before + 1);
  });
});

describe("another mail server", () => {
  async function withServer<Result>(
    variables: Record<string, string>,
    run: (other: TestPlatform) => Promise<Result>,
  ): Promise<Result> {
    const other = await openTestPlatform({ gatewayVariables: { MAIL_FROM: FROM, ...variables } });
    try {
      return await run(other);
    } finally {
      await other.close();
    }
  }

  it("is given no word in clear when it is not on loopback and offers no TLS", async () => {
    const seen: string[] = [];
    const plain = await openMailServer({
      onAuth({ username }, _session, done) {
        seen.push(username ?? "");
        done(null, { user: "x" });
      },
      allowInsecureAuth: true,
    });
    await withServer({ SMTP_URL: `smtp://user:secret@${hostname()}:${plain.port}` }, async (other) => {
      await askForLink("tls@example.org", other);
      await settled("failed", other);
      expect((await outbox(other))[0]?.error).toBe("the server offers no TLS");
    });
    expect([seen, plain.inbox]).toEqual([[], []]);
    await plain.close();
  });

  it("is not believed when its certificate is nobody's, though it offers TLS", async () => {
    const self = await openMailServer({ disabledCommands: [] });
    await withServer({ SMTP_URL: self.url }, async (other) => {
      await askForLink("certificate@example.org", other);
      await expect.poll(async () => (await outbox(other))[0]?.attempts, { timeout: 20_000 }).toBe(1);
      await expect.poll(async () => (await outbox(other))[0]?.state, { timeout: 20_000 }).toBe("queued");
    });
    expect(self.inbox).toEqual([]);
    await self.close();
  });

  it("is signed in to, by the mechanism it offers", async () => {
    for (const method of ["PLAIN", "LOGIN"]) {
      const seen: (string | null | undefined)[] = [];
      const server = await openMailServer({
        authOptional: false,
        authMethods: [method],
        allowInsecureAuth: true,
        onAuth({ username, password }, _session, done) {
          seen.push(username, password);
          done(null, { user: username ?? "" });
        },
      });
      await withServer({ SMTP_URL: `smtp://us%40er:p%C3%A4ss@127.0.0.1:${server.port}` }, async (other) => {
        await askForLink("auth@example.org", other);
        await settled("sent", other);
      });
      expect(seen).toEqual(["us@er", "päss"]);
      await server.close();
    }
  });

  it.each<[string, (socket: Socket) => void]>([
    ["hangs up at once", (socket) => socket.end()],
    ["talks for ever", (socket) => socket.write(`220-${"x".repeat(100)}\r\n`.repeat(1000))],
    ["speaks no SMTP", (socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["resets the line", (socket) => socket.resetAndDestroy()],
  ])("costs nothing when it %s", { timeout: 60_000 }, async (_, behave) => {
    const server: Server = createServer((socket) => {
      socket.on("error", () => {});
      behave(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await withServer({ SMTP_URL: `smtp://127.0.0.1:${port}` }, async (other) => {
      await askForLink("odd@example.org", other);
      await expect
        .poll(async () => (await outbox(other))[0]?.error, { timeout: MAIL_TIMEOUT_MS + 5000 })
        .not.toBeNull();
      expect((await outbox(other))[0]?.state).toBe("queued");
      // The platform goes on answering.
      expect((await other.anonymous("/health/live")).status).toBe(200);
    });
    server.close();
  });

  it("is not needed locally: the letter is a line in the terminal", async () => {
    const other = await openTestPlatform({});
    await askForLink("terminal@example.org", other);
    await settled("sent", other);
    await other.close();
  });
});
