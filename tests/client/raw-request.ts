// HTTP by hand over a socket, for requests that no honest client library would send.
import { connect } from "node:net";

export interface RawAnswer {
  /** 0 when the server closed the connection without an answer. */
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface RawRequest {
  /** Request line and headers, without Host; no line ends. */
  readonly head: readonly string[];
  readonly body?: Uint8Array;
  /** Ends our side after the body: the server learns that no more will come. */
  readonly hangUp?: boolean;
}

/** A server that neither answers nor closes within this time (ms) hangs. */
const ANSWER_WITHIN_MS = 15_000;

/** @throws Error when the server hangs */
export function rawRequest(url: string, { head, body, hangUp = false }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms to ${head[0]}`));
    }, ANSWER_WITHIN_MS);
    const finish = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(parseAnswer(received));
    };
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (isComplete(received)) finish();
    });
    socket.on("end", finish);
    socket.on("close", finish);
    socket.on("error", finish);
    socket.write(`${[head[0], `Host: ${host}`, ...head.slice(1)].join("\r\n")}\r\n\r\n`);
    if (body !== undefined) socket.write(body);
    if (hangUp) socket.end();
  });
}

function isComplete(received: Buffer): boolean {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.subarray(0, headEnd).toString("latin1"))?.[1];
  if (length === undefined) return received.subarray(-5).toString("latin1") === "0\r\n\r\n";
  return received.byteLength >= headEnd + 4 + Number(length);
}

function parseAnswer(received: Buffer): RawAnswer {
  const text = received.toString("utf8");
  const [head = "", body = ""] = text.split(/\r\n\r\n(.*)/s);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    contentType: /\r\ncontent-type: *([^\r\n]*)/i.exec(head)?.[1] ?? "",
    text: body,
  };
}
