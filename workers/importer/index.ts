// Entry: the importer. Fetches what is behind an address for the gateway, and can do nothing else.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { ImporterRpc, ImportOutcome } from "../../shared/contracts/imports.ts";
import { type ImporterEnv, readVariables } from "./env.ts";
import { fetchPicture } from "./fetch-picture.ts";
import { withTestHosts } from "./local-test-hosts.ts";

/** Reached over the gateway's service binding only. */
export class Importer extends WorkerEntrypoint<ImporterEnv> implements ImporterRpc {
  async fetchPicture(url: string, ownHosts: readonly string[]): Promise<ImportOutcome> {
    const { resolver } = readVariables(this.env);
    const send = (request: Request) => fetch(request);
    return await fetchPicture(
      {
        fetch: HELIOGRAPH_LOCAL_BUILD ? withTestHosts(this.env.IMPORT_TEST_HOSTS, send) : send,
        resolver,
        ownHosts,
        now: () => Date.now(),
      },
      url,
    );
  }
}

export default {} satisfies ExportedHandler;
