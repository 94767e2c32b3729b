// Entry: the importer. Fetches what is behind an address for the gateway, and can do nothing else.
import { WorkerEntrypoint } from "cloudflare:workers";
import type { ImporterRpc, ImportOutcome } from "../../shared/contracts/imports.ts";

/** Reached over the gateway's service binding only. */
export class Importer extends WorkerEntrypoint implements ImporterRpc {
  async fetchPicture(_url: string): Promise<ImportOutcome> {
    return { kind: "refused" };
  }
}

export default {} satisfies ExportedHandler;
