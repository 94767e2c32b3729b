// The gateway's bindings, and its variables parsed once. Nothing is `string | undefined` past this file.
import { z } from "zod";
import { isPlainAddress } from "../../shared/adapters/compose-mail.ts";
import type { PeopleNamespace } from "../../shared/adapters/people-index.ts";
import type { HubNamespace } from "../../shared/adapters/progress.ts";
import { parseSmtpUrl, type SmtpServer } from "../../shared/adapters/smtp-server.ts";
import { FaceRecognitionDefault } from "../../shared/contracts/consent.ts";
import type { FaceCutterRpc } from "../../shared/contracts/face-crops.ts";
import type { ImporterRpc } from "../../shared/contracts/imports.ts";
import { SWEEP_STALE_AFTER_MS, TUS_LIFE_MS } from "../../shared/contracts/limits.ts";
import type { PhotoThumbnailed, R2Event } from "../../shared/contracts/messages.ts";
import type { FaceFinderRpc } from "../../shared/contracts/people-index.ts";
import type { RendererRpc } from "../../shared/contracts/renders.ts";
import type { WebpMakerRpc } from "../../shared/contracts/webp.ts";
import type { AttemptNamespace } from "./limits/attempt-namespace.ts";
import type { RenderFlightNamespace } from "./render/flight-rpc.ts";
import type { TusUploadNamespace } from "./tus/tus-namespace.ts";

export interface GatewayEnv {
  readonly ASSETS: Fetcher;
  readonly BUCKET: R2Bucket;
  readonly DB: D1Database;
  readonly PHOTO_EVENTS: Queue<R2Event>;
  readonly PHOTO_INDEX: Queue<PhotoThumbnailed>;
  readonly PROGRESS: HubNamespace;
  readonly PEOPLE: PeopleNamespace;
  readonly ATTEMPTS: AttemptNamespace;
  /** The thumbnailer's entrypoints. */
  readonly WEBP_MAKER: WebpMakerRpc;
  readonly FACE_CUTTER: FaceCutterRpc;
  /** The embedder's entrypoint. */
  readonly FACE_FINDER: FaceFinderRpc;
  /** The transformer's and the importer's entrypoints. */
  readonly RENDERER: RendererRpc;
  readonly IMPORTER: ImporterRpc;
  /** VERSION_WANTED to the transformer; news of pictures to whoever tells people. */
  readonly PHOTO_RENDERS: Queue<unknown>;
  readonly IMAGE_NEWS: Queue<unknown>;
  readonly RENDER_FLIGHTS: RenderFlightNamespace;
  readonly TUS_UPLOADS: TusUploadNamespace;
  readonly BUCKET_NAME: string;
  readonly VERSION: string;
  readonly SWEEP_STALE_AFTER_MS?: string;
  readonly TUS_LIFE_MS?: string;
  readonly FACE_RECOGNITION?: string;
  /** What tokens are derived from and stored secrets are sealed under. At least 32 random characters. */
  readonly IDENTITY_SECRET: string;
  /** Where people reach this installation, for links in mail and tokens; absent takes the address of the request. */
  readonly PUBLIC_ORIGIN?: string;
  /** Cloudflare's binding for outgoing mail; or SMTP_URL: `smtp(s)://user:password@host:port`. Either needs MAIL_FROM. */
  readonly MAIL?: SendEmail;
  readonly SMTP_URL?: string;
  readonly MAIL_FROM?: string;
  /** Multiplies every limit of attempts; absent 1. */
  readonly ATTEMPT_LIMIT_FACTOR?: string;
  /** Host of its own for pictures: they are answered there and nowhere else, and nothing else is answered there. */
  readonly MEDIA_ORIGIN?: string;
  /** Shields, where the platform has them: not exact, so no limit counts on them. */
  readonly USER_SHIELD?: RateLimit;
  readonly NETWORK_SHIELD?: RateLimit;
  /** Read by local builds only. */
  readonly LOCAL_FAULTS?: string;
  /** Read by local builds only: "on" lets plain calls of this machine use the seeds' routes. */
  readonly SEED_GUEST?: string;
}

const origin = z
  .url()
  .transform((url) => new URL(url).origin)
  .optional();

const Variables = z.object({
  BUCKET_NAME: z.string().min(1),
  VERSION: z.string().min(1),
  SWEEP_STALE_AFTER_MS: z.coerce.number().int().min(0).default(SWEEP_STALE_AFTER_MS),
  TUS_LIFE_MS: z.coerce.number().int().min(1000).default(TUS_LIFE_MS),
  FACE_RECOGNITION: FaceRecognitionDefault.default("ask"),
  IDENTITY_SECRET: z.string().min(32),
  SMTP_URL: z
    .string()
    .transform((text) => parseSmtpUrl(text))
    .optional(),
  MAIL_FROM: z.string().refine(isPlainAddress, "is a plain e-mail address").optional(),
  PUBLIC_ORIGIN: origin,
  MEDIA_ORIGIN: origin,
  ATTEMPT_LIMIT_FACTOR: z.coerce.number().positive().max(10_000).default(1),
});

export interface GatewayVariables {
  readonly bucketName: string;
  readonly version: string;
  readonly sweepStaleAfterMs: number;
  readonly tusLifeMs: number;
  readonly facePreset: FaceRecognitionDefault;
  readonly identitySecret: string;
  /** Null takes the address of the request. */
  readonly publicOrigin: string | null;
  readonly smtpServer: SmtpServer | null;
  readonly mailFrom: string | null;
  /** Null serves pictures from the address everything else has. */
  readonly mediaOrigin: string | null;
  readonly attemptLimitFactor: number;
}

export function readVariables(env: GatewayEnv): GatewayVariables {
  const parsed = Variables.parse({
    BUCKET_NAME: env.BUCKET_NAME,
    VERSION: env.VERSION,
    SWEEP_STALE_AFTER_MS: env.SWEEP_STALE_AFTER_MS,
    TUS_LIFE_MS: env.TUS_LIFE_MS,
    FACE_RECOGNITION: env.FACE_RECOGNITION,
    IDENTITY_SECRET: env.IDENTITY_SECRET,
    PUBLIC_ORIGIN: env.PUBLIC_ORIGIN,
    SMTP_URL: env.SMTP_URL,
    MAIL_FROM: env.MAIL_FROM,
    MEDIA_ORIGIN: env.MEDIA_ORIGIN,
    ATTEMPT_LIMIT_FACTOR: env.ATTEMPT_LIMIT_FACTOR,
  });
  return {
    bucketName: parsed.BUCKET_NAME,
    version: parsed.VERSION,
    sweepStaleAfterMs: parsed.SWEEP_STALE_AFTER_MS,
    tusLifeMs: parsed.TUS_LIFE_MS,
    facePreset: parsed.FACE_RECOGNITION,
    identitySecret: parsed.IDENTITY_SECRET,
    publicOrigin: parsed.PUBLIC_ORIGIN ?? null,
    smtpServer: parsed.SMTP_URL ?? null,
    mailFrom: parsed.MAIL_FROM ?? null,
    mediaOrigin: parsed.MEDIA_ORIGIN ?? null,
    attemptLimitFactor: parsed.ATTEMPT_LIMIT_FACTOR,
  };
}
