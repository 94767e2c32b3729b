// What a provider says about itself (OpenID Connect Discovery 1.0), believed for as long as its keys are: ten minutes, a day
// while it is down, and asked at most every half minute. In memory of one isolate.
import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from "oauth4webapi";
import { z } from "zod";
import { JWKS_FRESH_MS, JWKS_REFETCH_MS, JWKS_STALE_MS, PROVIDERS_MAX } from "../../../shared/contracts/limits.ts";
import { fetchFromProvider, ProviderUnreachable } from "./fetch-from-provider.ts";
import { type AddressPolicy, addressFault } from "./provider-address.ts";

/** The document is not one we can work with; `message` may be shown to the admin who named the provider. */
export class UnusableProvider extends Error {
  override readonly name = "UnusableProvider";
}

/** What we use of the document, every address in it checked. */
export interface ProviderMetadata extends AuthorizationServer {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
}

const Endpoint = z.string().max(2000);
const Names = z.array(z.string());
const Needed = z.object({ authorization_endpoint: Endpoint, token_endpoint: Endpoint, jwks_uri: Endpoint });

interface Known {
  readonly metadata: ProviderMetadata;
  readonly fetchedAt: number;
}
/** What is known of each issuer; at module scope because an isolate serves many requests. */
const knownByIssuer = new Map<string, Known>();
const attemptedAtByIssuer = new Map<string, number>();

/** @throws ProviderUnreachable · UnusableProvider, when nothing is known that may still be believed */
export async function discoverProvider(
  issuer: string,
  policy: AddressPolicy,
  nowMs: number,
): Promise<ProviderMetadata> {
  const known = knownByIssuer.get(issuer);
  const age = known === undefined ? Number.POSITIVE_INFINITY : nowMs - known.fetchedAt;
  if (known !== undefined && age < JWKS_FRESH_MS) return known.metadata;
  const stale = known !== undefined && age < JWKS_STALE_MS ? known.metadata : null;
  if (nowMs - (attemptedAtByIssuer.get(issuer) ?? Number.NEGATIVE_INFINITY) >= JWKS_REFETCH_MS) {
    try {
      return await discoverNow(issuer, policy, nowMs);
    } catch (error) {
      if (stale === null) throw error;
    }
  }
  if (stale !== null) return stale;
  throw new ProviderUnreachable("it did not answer a moment ago");
}

/** Asks, whatever is known: an admin waits for the answer. */
export async function discoverNow(issuer: string, policy: AddressPolicy, nowMs: number): Promise<ProviderMetadata> {
  const fault = addressFault(issuer, policy) ?? (issuer.includes("?") ? "must not contain a ?." : null);
  if (fault !== null) throw new UnusableProvider(`The address ${fault}`);
  if (attemptedAtByIssuer.size > 2 * PROVIDERS_MAX) forgetAll();
  attemptedAtByIssuer.set(issuer, nowMs);
  const metadata = checked(await readDocument(issuer, policy), issuer, policy);
  knownByIssuer.set(issuer, { metadata, fetchedAt: nowMs });
  return metadata;
}

/** Issuers of providers that are gone would stay for ever. */
function forgetAll(): void {
  attemptedAtByIssuer.clear();
  knownByIssuer.clear();
}

async function readDocument(issuer: string, { allowLoopback }: AddressPolicy): Promise<AuthorizationServer> {
  const options = { [customFetch]: fetchFromProvider, [allowInsecureRequests]: allowLoopback };
  const response = await discoveryRequest(new URL(issuer), options);
  const copy = response.clone();
  try {
    return await processDiscoveryResponse(new URL(issuer), response);
  } catch (cause) {
    refuseOtherIssuer(issuer, await copy.json().catch(() => null));
    throw new ProviderUnreachable("no discovery document", { cause });
  }
}

/** URLs that are equal once parsed are still two issuers: a trailing slash counts (OpenID Connect Discovery §4.3). */
function refuseOtherIssuer(issuer: string, document: unknown): void {
  const { data } = z.object({ issuer: z.url({ protocol: /^https?$/ }).max(500) }).safeParse(document);
  if (data !== undefined && data.issuer !== issuer)
    throw new UnusableProvider(`The provider calls itself ${data.issuer}: enter exactly that.`);
}

function checked(document: AuthorizationServer, issuer: string, policy: AddressPolicy): ProviderMetadata {
  refuseOtherIssuer(issuer, document);
  const { data: needed } = Needed.safeParse(document);
  if (needed === undefined)
    throw new UnusableProvider("The provider's discovery document lacks an address that signing in needs.");
  for (const [name, address] of Object.entries(needed)) {
    const fault = addressFault(address, policy);
    if (fault !== null) throw new UnusableProvider(`The provider's ${name} ${fault}`);
  }
  const metadata: { -readonly [Name in keyof ProviderMetadata]: ProviderMetadata[Name] } = { issuer, ...needed };
  for (const name of ["userinfo_endpoint", "end_session_endpoint"] as const) {
    const { data: address } = Endpoint.safeParse(document[name]);
    // Signing in works without them.
    if (address !== undefined && addressFault(address, policy) === null) metadata[name] = address;
  }
  for (const name of ["token_endpoint_auth_methods_supported", "id_token_signing_alg_values_supported"] as const) {
    const { data: names } = Names.safeParse(document[name]);
    if (names !== undefined) metadata[name] = names;
  }
  if (document.authorization_response_iss_parameter_supported === true)
    metadata.authorization_response_iss_parameter_supported = true;
  return metadata;
}
