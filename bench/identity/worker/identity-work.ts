// What the bench asks of its Worker.

/** `access-token`: as the gateway verifies ours. `id-token`: as it verifies a provider's, RS256. */
export type IdentityWork = "access-token" | "id-token";

export interface WorkRequest {
  readonly work: IdentityWork;
  readonly times: number;
}
