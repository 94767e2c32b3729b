// One WebSocket of the live view, spoken by hand (RFC 6455), with whatever headers a browser, a program or an attacker would
// send. Libraries report a close only when the connection is gone; what counts is when the Close frame is there.
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type { TestPlatform } from "../fixtures/test-platform.ts";
import type { Headers } from "./test-credentials.ts";

/** Patience (ms) of whoever waits for a Close frame: without one, a test is to fail and not to hang. */
const CLOSE_PATIENCE_MS = 15_000;
const TEXT = 1;
const CLOSE = 8;

export interface LiveSocket {
  readonly send: (message: string) => void;
  /** Texts that came. */
  readonly frames: () => readonly string[];
  /** The code of the Close frame; null while there was none. */
  readonly code: () => number | null;
  /** Waits for the Close frame: its code, and how long (ms) after `since` it came. */
  readonly closed: (since?: number) => Promise<{ readonly code: number; readonly afterMs: number }>;
  readonly close: () => void;
}

export interface Refused {
  readonly status: number;
  readonly problem: string;
}

export function openLive(
  { stack }: Pick<TestPlatform, "stack">,
  headers: Headers,
  query: Record<string, string> = {},
): Promise<LiveSocket | Refused> {
  const url = `${stack.url}/api/v1/progress/live?${new URLSearchParams(query)}`;
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { ...upgrade, ...headers } });
    asked.once("error", reject);
    asked.once("upgrade", (_, socket, head) => resolve(speak(socket, head)));
    asked.once("response", async (response) => {
      const { code } = JSON.parse(await text(response)) as { code: string };
      resolve({ status: response.statusCode ?? 0, problem: code });
    });
    asked.end();
  });
}

export async function mustOpenLive(...given: Parameters<typeof openLive>): Promise<LiveSocket> {
  const opened = await openLive(...given);
  if ("problem" in opened) throw new Error(`no socket: ${opened.status} ${opened.problem}`);
  return opened;
}

/** A ticket for this session and Origin, as the page would fetch one. */
export async function ticketFor({ anonymous }: TestPlatform, headers: Headers): Promise<string> {
  const response = await anonymous("/api/v1/progress/ticket", { method: "POST", headers });
  if (response.status !== 201) throw new Error(`no ticket: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { ticket: string }).ticket;
}

function speak(socket: Duplex, head: Buffer): LiveSocket {
  const texts: string[] = [];
  let pending = head;
  let end: { code: number; at: number } | null = null;
  let tellEnd: (ended: { code: number; at: number }) => void;
  const ended = new Promise<{ code: number; at: number }>((resolve) => {
    tellEnd = resolve;
  });
  const take = (chunk: Buffer): void => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = readFrame(pending); frame !== null; frame = readFrame(pending)) {
      pending = pending.subarray(frame.bytes);
      if (frame.opcode === TEXT) texts.push(frame.payload.toString("utf8"));
      if (frame.opcode === CLOSE && end === null) {
        end = { code: frame.payload.readUInt16BE(0), at: performance.now() };
        tellEnd(end);
      }
    }
  };
  socket.on("data", take);
  // A connection that breaks was not closed by anybody: nothing to tell.
  socket.on("error", () => {});
  take(Buffer.alloc(0));
  return {
    send: (message) => void socket.write(maskedText(message)),
    frames: () => texts,
    code: () => end?.code ?? null,
    closed: async (since = 0) => {
      const never = new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error("no Close frame came")), CLOSE_PATIENCE_MS).unref(),
      );
      const { code, at } = await Promise.race([ended, never]);
      return { code, afterMs: at - since };
    },
    close: () => void socket.destroy(),
  };
}

/** The server's frames are not masked. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; bytes: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) return null;
  return {
    opcode: (bytes[0] ?? 0) & 15,
    payload: bytes.subarray(start, start + length),
    bytes: start + length,
  };
}

/** Masked with zeros, which the protocol allows. */
function maskedText(message: string): Buffer {
  const payload = Buffer.from(message, "utf8");
  const isShort = payload.length < 126;
  const head = Buffer.alloc(isShort ? 6 : 8);
  head[0] = 0x80 | TEXT;
  head[1] = 0x80 | (isShort ? payload.length : 126);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
