// Asking the importer for what is behind an address: the RPC between it and the gateway.

export type ImportOutcome =
  /** The caller counts the bytes again, sniffs and stores them; the importer has counted while they pass. */
  | {
      readonly kind: "fetched";
      readonly body: ReadableStream<Uint8Array>;
      /** As its server says; null where it does not. */
      readonly sizeBytes: number | null;
      readonly filename: string;
    }
  /** One word for every reason an address is not fetched: the answer must not tell what is behind it. */
  | { readonly kind: "refused" }
  | { readonly kind: "failed" };

/** The slice of the importer the gateway is bound to. */
export interface ImporterRpc {
  /** @param ownHosts hosts of this installation, which are not fetched either */
  fetchPicture(url: string, ownHosts: readonly string[]): Promise<ImportOutcome>;
}
