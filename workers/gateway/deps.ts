// What the gateway's verbs need, built from the environment once per request. Ports only: no route reads `env`.
import { uuidv7 } from "uuidv7";
import { withFaults } from "../../shared/adapters/local-faults.ts";
import { withR2Events } from "../../shared/adapters/local-r2-events.ts";
import { type Mailer, printingMailer } from "../../shared/adapters/mail.ts";
import type { PeopleNamespace } from "../../shared/adapters/people-index.ts";
import { type HubNamespace, type ProgressReporter, progressReporter } from "../../shared/adapters/progress.ts";
import { createPlaceholders, type PlaceholderOf } from "../../shared/codecs/placeholder.ts";
import type { FaceCutterRpc } from "../../shared/contracts/face-crops.ts";
import type { ImporterRpc } from "../../shared/contracts/imports.ts";
import { QUEUE_BATCH_MAX_MESSAGES } from "../../shared/contracts/limits.ts";
import type { PhotoThumbnailed, R2Event } from "../../shared/contracts/messages.ts";
import type { FaceFinderRpc } from "../../shared/contracts/people-index.ts";
import type { RendererRpc } from "../../shared/contracts/renders.ts";
import type { WebpMakerRpc } from "../../shared/contracts/webp.ts";
import { databaseFor } from "../../shared/db/database-for.ts";
import { type GatewayEnv, type GatewayVariables, readVariables } from "./env.ts";
import { type IdentityVault, identityVault } from "./identity/identity-vault.ts";
import { sha256Hex } from "./identity/secrets.ts";
import { inspectUpload, type UploadInspection } from "./inspect-upload.ts";
import { installedRecognitionModel } from "./installed-models.ts";
import type { AttemptNamespace } from "./limits/attempt-namespace.ts";
import { chooseMailer } from "./mail/choose-mailer.ts";
import type { RenderFlightNamespace } from "./render/flight-rpc.ts";
import type { TusUploadNamespace } from "./tus/tus-namespace.ts";

const placeholderOf = createPlaceholders();
/** One vault per secret and isolate: its keys are derived once. */
const vaults = new Map<string, IdentityVault>();
const vaultOf = (secret: string): IdentityVault => {
  const known = vaults.get(secret) ?? identityVault(secret);
  vaults.set(secret, known);
  return known;
};

export interface GatewayDeps {
  readonly db: D1Database;
  readonly bucket: R2Bucket;
  readonly hubs: HubNamespace;
  readonly progress: ProgressReporter;
  readonly people: PeopleNamespace;
  /** Counters of attempts; named by digests only. */
  readonly attempts: AttemptNamespace;
  /** Puts a photo's original into the thumbnail queue, as R2 would. */
  readonly sendUploaded: (event: R2Event) => Promise<void>;
  /** Puts a photo into the index queue. */
  readonly sendThumbnailed: (message: PhotoThumbnailed) => Promise<void>;
  /** As sendThumbnailed, for as many as there are. */
  readonly sendAllThumbnailed: (messages: readonly PhotoThumbnailed[]) => Promise<void>;
  readonly webpMaker: WebpMakerRpc;
  readonly renderer: RendererRpc;
  readonly importer: ImporterRpc;
  readonly renderFlights: RenderFlightNamespace;
  /** Named by tusUploadName() only. */
  readonly tusUploads: TusUploadNamespace;
  /** Puts a version into the render queue. */
  readonly sendVersion: (message: unknown) => Promise<void>;
  readonly sendNews: (message: unknown) => Promise<void>;
  readonly faceCutter: FaceCutterRpc;
  readonly faceFinder: FaceFinderRpc;
  /** The id of the installed recognition-grade model; null when there is none. */
  readonly recognitionModel: () => Promise<string | null>;
  readonly inspect: (prefix: Uint8Array) => UploadInspection;
  /** Thumbhash of the thumbnail a camera left in the file's first kilobytes; null where there is none. */
  readonly placeholderOf: PlaceholderOf;
  readonly digest: (bytes: Uint8Array) => Promise<string>;
  /** Derives tokens and opens sealed secrets; nothing else knows the identity secret. */
  readonly vault: IdentityVault;
  /** Null where this installation cannot send mail. */
  readonly mailer: Mailer | null;
  /** Absent where the platform has no rate limit. */
  readonly userShield: RateLimit | undefined;
  readonly networkShield: RateLimit | undefined;
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
    sendAllThumbnailed: async (messages) => {
      for (let start = 0; start < messages.length; start += QUEUE_BATCH_MAX_MESSAGES) {
        const batch = messages.slice(start, start + QUEUE_BATCH_MAX_MESSAGES);
        await env.PHOTO_INDEX.sendBatch(batch.map((body) => ({ body, contentType: "json" })));
      }
    },
    people: env.PEOPLE,
    attempts: env.ATTEMPTS,
    webpMaker: env.WEBP_MAKER,
    renderer: env.RENDERER,
    importer: env.IMPORTER,
    renderFlights: env.RENDER_FLIGHTS,
    tusUploads: env.TUS_UPLOADS,
    sendVersion: async (message) => {
      await env.PHOTO_RENDERS.send(message, { contentType: "json" });
    },
    sendNews: async (message) => {
      await env.IMAGE_NEWS.send(message, { contentType: "json" });
    },
    faceCutter: env.FACE_CUTTER,
    faceFinder: env.FACE_FINDER,
    recognitionModel: () => installedRecognitionModel(env.BUCKET, now()),
    inspect: inspectUpload,
    placeholderOf,
    digest: sha256Hex,
    vault: vaultOf(variables.identitySecret),
    mailer:
      chooseMailer(env.MAIL, variables, now, HELIOGRAPH_LOCAL_BUILD) ??
      (HELIOGRAPH_LOCAL_BUILD ? printingMailer() : null),
    userShield: env.USER_SHIELD,
    networkShield: env.NETWORK_SHIELD,
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
