// Entry of the upload Worker: one engine per person and browser. Of several tabs one leads; the others hand it their files.
import { batches } from "../../../api.ts";
import type { FromEngine, ToEngine } from "./engine-protocol.ts";
import { sha256Hex } from "./hash-file.ts";
import { type SendRequest, sendBytes } from "./send-bytes.ts";
import { UploadEngine } from "./upload-engine.ts";
import { UploadStore } from "./upload-store.ts";

/** Without the lock after this time, another tab has it. */
const STANDBY_AFTER_MS = 500;

const post = (message: FromEngine) => self.postMessage(message);
const follower = { isLeader: false, isOnline: true, isSignedOut: false, bytesPerSecond: 0, lanes: 0 } as const;

let engine: UploadEngine | null = null;
let channel: BroadcastChannel | null = null;
/** What the page said before it was clear whether this tab leads. */
let early: ToEngine[] | null = [];

self.onmessage = (event: MessageEvent<ToEngine>) => {
  const message = event.data;
  if (message.kind === "start") void start(message.userId, message.maxLanes);
  else if (engine) obey(engine, message);
  else if (early) early.push(message);
  else channel?.postMessage(message);
};

async function start(userId: string, maxLanes: number): Promise<void> {
  const name = `heliograph-uploads-${userId}`;
  channel = new BroadcastChannel(name);
  const standby = setTimeout(() => {
    post({ kind: "status", status: follower });
    for (const message of early ?? []) channel?.postMessage(message);
    early = null;
  }, STANDBY_AFTER_MS);
  // Held until this tab goes away; the next tab in line then loads the queue and goes on.
  await navigator.locks.request(name, async () => {
    clearTimeout(standby);
    const store = await UploadStore.open(userId);
    const leader = new UploadEngine({
      store,
      createBatch: batches.create,
      sendBytes: sendFile,
      hash: sha256Hex,
      post,
      now: () => Date.now(),
      random: () => Math.random(),
      newId: () => crypto.randomUUID(),
      maxLanes,
    });
    await leader.load();
    engine = leader;
    for (const message of early ?? []) obey(leader, message);
    early = null;
    post({ kind: "status", status: leader.status() });
    if (channel) channel.onmessage = (event: MessageEvent<ToEngine>) => obey(leader, event.data);
    self.addEventListener("online", () => leader.wake());
    await new Promise(() => {});
  });
}

/** Who sends no large file never loads what sends them. */
async function sendFile(request: SendRequest) {
  if (request.how === "put") return sendBytes(request);
  const { sendResumably } = await import("./send-resumably.ts");
  return sendResumably(request);
}

function obey(leader: UploadEngine, message: ToEngine): void {
  switch (message.kind) {
    case "start":
      break;
    case "add":
      void leader.add(message.files, message.ignored);
      break;
    case "pause":
      leader.pause(message.batch);
      break;
    case "resume":
      leader.resume(message.batch);
      break;
    case "cancel":
      leader.cancel(message.batch);
      break;
    case "forget":
      void leader.forget(message.batch);
      break;
    case "retry":
      leader.retry(message.batch, message.indexes);
      break;
    case "signed-in":
      leader.wake();
  }
}
