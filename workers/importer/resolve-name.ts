// Where a name leads, asked over DNS-over-HTTPS (the JSON form that Cloudflare and Google answer). Fails closed: an answer that
// does not come, or cannot be read, is no address.
import { z } from "zod";
import { DNS_ANSWER_MAX_BYTES } from "../../shared/contracts/limits.ts";
import { readUpTo } from "./read-up-to.ts";

/** RFC 1035 §3.2.2, RFC 3596 §2.1. */
const RECORD_TYPES = { A: 1, AAAA: 28 } as const;
/** RFC 1035 §4.1.1. */
const NO_ERROR = 0;

const DnsAnswer = z.object({
  Status: z.int(),
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).optional(),
});

export interface ResolveDeps {
  readonly fetch: (request: Request) => Promise<Response>;
  /** Address of the resolver. */
  readonly resolver: string;
}

/** @returns every A and AAAA address of a name. @throws Error when either question was not answered properly */
export async function resolveName(deps: ResolveDeps, name: string, signal: AbortSignal): Promise<string[]> {
  const answers = await Promise.all(
    (["A", "AAAA"] as const).map(async (type) => {
      const url = new URL(deps.resolver);
      url.searchParams.set("name", name);
      url.searchParams.set("type", type);
      const response = await deps.fetch(
        new Request(url, { headers: { accept: "application/dns-json" }, redirect: "manual", signal }),
      );
      if (response.status !== 200) throw new Error(`the resolver answered ${response.status}`);
      const text = new TextDecoder().decode(await readUpTo(response, DNS_ANSWER_MAX_BYTES));
      const { Status: status, Answer: records = [] } = DnsAnswer.parse(JSON.parse(text));
      if (status !== NO_ERROR) throw new Error(`the resolver said ${status} of ${type}`);
      return records.filter((record) => record.type === RECORD_TYPES[type]).map(({ data }) => data);
    }),
  );
  return answers.flat();
}
