// What the gateway's verbs need, built from the environment once per request. Ports only: no route reads `env`.
import { uuidv7 } from "uuidv7";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { withR2Events } from "../../shared/adapters/local-r2-events.ts";
import { type HubNamespace, type ProgressReporter, progressReporter } from "../../shared/adapters/progress.ts";
import { createPlaceholders, type PlaceholderOf } from "../../shared/codecs/placeholder.ts";
import type { FaceCutterRpc } from "../../shared/contracts/face-crops.ts";
import type { PhotoThumbnailed, R2Event } from "../../shared/contracts/messages.ts";
import type { WebpMakerRpc } from "../../shared/contracts/webp.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import { type GatewayEnv, type GatewayVariables, readVariables } from "./env.ts";
import { inspectUpload, type UploadInspection } from "./inspect-upload.ts";
import { sha256Hex } from "./secrets.ts";

const placeholderOf = createPlaceholders();

export interface GatewayDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly hubs: HubNamespace;
  readonly progress: ProgressReporter;
  /** Puts a photo's original into the thumbnail queue, as R2 would. */
  readonly sendUploaded: (event: R2Event) => Promise<void>;
  /** Puts a photo into the index queue. */
  readonly sendThumbnailed: (message: PhotoThumbnailed) => Promise<void>;
  readonly webpMaker: WebpMakerRpc;
  readonly faceCutter: FaceCutterRpc;
  readonly inspect: (prefix: Uint8Array) => UploadInspection;
  /** Thumbhash of the thumbnail a camera left in the file's first kilobytes; null where there is none. */
  readonly placeholderOf: PlaceholderOf;
  readonly digest: (bytes: Uint8Array) => Promise<string>;
  readonly newId: () => string;
  readonly now: () => number;
  readonly variables: GatewayVariables;
}

export function gatewayDeps(env: GatewayEnv): GatewayDeps {
  const variables = readVariables(env);
  const now = () => Date.now();
  const sendUploaded = async (event: R2Event): Promise<void> => {
    await env.PHOTO_EVENTS.send(event, { contentType: "json" });
  };
  const deps: GatewayDeps = {
    db: databaseFor(env, ""),
    bucket: env.BUCKET,
    hubs: env.PROGRESS,
    progress: progressReporter(env.PROGRESS),
    sendUploaded,
    sendThumbnailed: async (message) => {
      await env.PHOTO_INDEX.send(message, { contentType: "json" });
    },
    webpMaker: env.WEBP_MAKER,
    faceCutter: env.FACE_CUTTER,
    inspect: inspectUpload,
    placeholderOf,
    digest: sha256Hex,
    newId: uuidv7,
    now,
    variables,
  };
  if (HELIOGRAPH_LOCAL_BUILD) {
    const faults = withFaults(env.LOCAL_FAULTS);
    const bridge = withR2Events(env.BUCKET, variables.bucketName, (event) => faults.events(event, sendUploaded), now);
    return { ...deps, db: faults.database(deps.db), bucket: faults.bucket(bridge) };
  }
  return deps;
}
