// What a render is called: a digest of all that decides about its bytes, below the photo it is made of.
import type { RenderRequest, ShareBox } from "../contracts/renders.ts";
import { hex } from "./objects.ts";

/** Part of every render's name: one more whenever the pipeline makes other bytes of the same request. */
const RENDER_REVISION = 1;

export interface RenderIdentity {
  readonly transform: RenderRequest["transform"];
  readonly focus: readonly ShareBox[];
  readonly redact: readonly ShareBox[];
  /** `photo/generation` of what is laid over it; null without. */
  readonly watermark: string | null;
}

/** @returns SHA-256 (hex): equal for equal pictures of one photo */
export async function renderDigest({ transform, focus, redact, watermark }: RenderIdentity): Promise<string> {
  const text = canonicalJson({ revision: RENDER_REVISION, transform, focus, redact, watermark });
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** One text for one value: keys in order, and what is undefined is absent. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
