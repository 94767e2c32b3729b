// Hosts that tests run themselves, for local builds: requests for them go to a port of this machine, after every check that any
// other host passes. May not: be reachable from a deployed bundle (see local-build.d.ts).
import { z } from "zod";

/** Host name to origin, e.g. {"pictures.example":"http://127.0.0.1:1234"}. */
const TestHosts = z.record(z.string(), z.url());

export function withTestHosts(
  variable: string | undefined,
  send: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  const hosts = TestHosts.parse(JSON.parse(variable ?? "{}"));
  return async (request) => {
    const url = new URL(request.url);
    const origin = hosts[url.hostname];
    return await send(origin === undefined ? request : new Request(`${origin}${url.pathname}${url.search}`, request));
  };
}
