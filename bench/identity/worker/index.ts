// Verifies tokens as the gateway does, with the same code. Never deployed.
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { Scope } from "../../../shared/contracts/auth.ts";
import { AccessTokenClaims } from "../../../shared/contracts/oauth.ts";
import { keySet, type SignatureAlgorithm } from "../../../shared/tokens/key-set.ts";
import {
  ACCESS_TOKEN_TYPES,
  ID_TOKEN_TYPES,
  type JwtExpectations,
  verifyJwt,
} from "../../../shared/tokens/verify-jwt.ts";
import { scopesAllowedTo } from "../../../workers/gateway/oauth/access-tokens.ts";
import type { IdentityWork, WorkRequest } from "./identity-work.ts";

const ORIGIN = "https://photos.example";

interface Prepared {
  readonly token: string;
  readonly expected: Omit<JwtExpectations, "nowMs">;
}
const prepared = new Map<IdentityWork, Prepared>();

// biome-ignore lint/style/noDefaultExport: the entry of a Worker.
export default {
  async fetch(request: Request): Promise<Response> {
    const { work, times } = (await request.json()) as WorkRequest;
    const { token, expected } = await prepare(work);
    let accepted = 0;
    for (let time = 0; time < times; time++) {
      const claims = await verifyJwt(token, { ...expected, nowMs: Date.now() });
      if (work === "id-token") accepted++;
      else {
        const { role, scope } = AccessTokenClaims.parse(claims);
        accepted += Math.sign(scopesAllowedTo(role, scope.split(" ")).length);
      }
    }
    return Response.json({ accepted });
  },
};

async function prepare(work: IdentityWork): Promise<Prepared> {
  const known = prepared.get(work);
  if (known !== undefined) return known;
  const algorithm: SignatureAlgorithm = work === "id-token" ? "RS256" : "ES256";
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const isAccess = work === "access-token";
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({
    iss: ORIGIN,
    aud: `${ORIGIN}/api/v1`,
    sub: "01900000-0000-7000-8000-000000000000",
    client_id: "heliograph-cli",
    grant_id: "01900000-0000-7000-8000-000000000001",
    scope: Scope.options.join(" "),
    role: "owner",
    jti: "01900000-0000-7000-8000-000000000002",
    iat: now,
    exp: now + 3600,
    auth_time: now,
  })
    .setProtectedHeader({ alg: algorithm, kid: "key", typ: isAccess ? "at+jwt" : "JWT" })
    .sign(privateKey);
  const made: Prepared = {
    token,
    expected: {
      keys: keySet({ keys: [{ ...(await exportJWK(publicKey)), kid: "key", use: "sig", alg: algorithm }] }),
      algorithms: [algorithm],
      types: isAccess ? ACCESS_TOKEN_TYPES : ID_TOKEN_TYPES,
      issuer: ORIGIN,
      audience: `${ORIGIN}/api/v1`,
    },
  };
  prepared.set(work, made);
  return made;
}
