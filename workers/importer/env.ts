// The importer's variables; it has no bindings.
import { z } from "zod";

export interface ImporterEnv {
  /** DNS-over-HTTPS with JSON answers. */
  readonly DNS_RESOLVER?: string;
  /** Read by local builds only: JSON, where tests' own hosts really are. */
  readonly IMPORT_TEST_HOSTS?: string;
}

const Resolver = z.url().default("https://cloudflare-dns.com/dns-query");

export function readVariables(env: ImporterEnv): { readonly resolver: string } {
  return { resolver: Resolver.parse(env.DNS_RESOLVER) };
}
