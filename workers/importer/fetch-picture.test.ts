// Importing against a small Internet with a canary in it: every host that is not public leads there, and it must see nothing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addressesOf, PRIVATE_HOSTS, PRIVATE_V6, REFUSED_ADDRESSES } from "../../tests/fixtures/private-addresses.ts";
import {
  openSmallInternet,
  PICTURE,
  PICTURE_HOST,
  PUBLIC_ADDRESS,
  type SmallInternet,
} from "../../tests/fixtures/small-internet.ts";
import { CORPUS } from "../../tests/reference/corpus-jpegs.ts";
import { type FetchPictureDeps, fetchPicture } from "./fetch-picture.ts";

const URL_LISTS = [
  "swisskyrepo__PayloadsAllTheThings/Open Redirect/Intruder/Open-Redirect-payloads.txt",
  "swisskyrepo__PayloadsAllTheThings/Open Redirect/Intruder/openredirects.txt",
  "ada-url__ada/tests/wpt/urltestdata.json",
  "ada-url__ada/tests/wpt/ada_extra_urltestdata.json",
];
const PATIENCE = { headersTimeoutMs: 300, timeoutMs: 500 };

let net: SmallInternet;
beforeAll(async () => {
  net = await openSmallInternet();
});
afterAll(() => net.close());
beforeEach(() => {
  net.strays.length = 0;
  net.asked.length = 0;
});

const deps = (more: Partial<FetchPictureDeps> = {}): FetchPictureDeps => ({
  fetch: net.fetch,
  resolver: net.resolver,
  ownHosts: ["photos.example"],
  now: Date.now,
  ...more,
});
const picture = (path: string) => `https://${PICTURE_HOST}${path}`;
const via = (...addresses: string[]) =>
  addresses.reduceRight((where, hop) => `${hop}?where=${encodeURIComponent(where)}`);

async function outcomeOf(address: string, more: Partial<FetchPictureDeps> = {}): Promise<string> {
  const outcome = await fetchPicture(deps(more), address);
  if (outcome.kind !== "fetched") return outcome.kind;
  try {
    return `${(await new Response(outcome.body).bytes()).byteLength} bytes of ${outcome.filename}`;
  } catch {
    return "cut off";
  }
}

/** Which of the addresses are answered otherwise; the canary is the other half of the proof. */
async function otherwiseThan(kinds: readonly string[], addresses: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const address of addresses) {
    const outcome = await outcomeOf(address);
    if (!kinds.includes(outcome)) wrong.push(`${address} -> ${outcome}`);
  }
  return wrong;
}

describe("a public address", () => {
  it("is fetched, with nothing of the caller's on the request", async () => {
    expect(await outcomeOf(picture("/picture.png"))).toBe(`${PICTURE.byteLength} bytes of picture.png`);
    const [headers] = net.asked;
    expect(headers).not.toHaveProperty("cookie");
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("referer");
    expect(headers?.["accept-encoding"]).toBe("identity");
  });

  it.each([
    ["after three redirects", via(...Array(3).fill(picture("/to")), "/picture.png"), "picture.png"],
    ["with the default port spelled out", `https://${PICTURE_HOST}:443/picture.png`, "picture.png"],
    ["with a trailing dot", `https://${PICTURE_HOST}./picture.png`, "picture.png"],
    ["with a name of several parts", `https://a.b-c.${PICTURE_HOST}/picture.png?x=%2F`, "picture.png"],
  ])("is fetched %s", async (_, address, name) => {
    net.names.set(`a.b-c.${PICTURE_HOST}`, [[PUBLIC_ADDRESS, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]]);
    // Only the test's own way out knows a host by its dot.
    const send = (request: Request) => net.fetch(new Request(request.url.replace(".example./", ".example/"), request));
    expect(await outcomeOf(address, { fetch: send })).toBe(`${PICTURE.byteLength} bytes of ${name}`);
  });

  it.each([
    ["a fourth redirect", via(...Array(4).fill(picture("/to")), "/picture.png")],
    ["a redirect to nowhere", picture("/to")],
    ["a page", picture("/page.html")],
    ["an error", picture("/missing.png")],
    ["a body that is declared too long", picture("/declared-too-long")],
    ["a compressed body, which may be a bomb", picture("/bomb")],
    ["headers that do not come", picture("/silent")],
  ])("has failed with %s", async (_, address) => {
    const where = address === picture("/to") ? `${address}?where=${encodeURIComponent("https://")}` : address;
    expect(await outcomeOf(where, PATIENCE)).toBe("failed");
  });

  it.each(["/slow", "/endless", "/cut-short"])("is cut off at %s", async (path) => {
    expect(await outcomeOf(picture(path), path === "/slow" ? PATIENCE : {})).toBe("cut off");
  });
});

describe("the canary sees nothing", () => {
  it(`of ${PRIVATE_HOSTS.length * addressesOf("x").length} addresses of private hosts`, async () => {
    const addresses = PRIVATE_HOSTS.flatMap(addressesOf);
    expect(addresses.length).toBeGreaterThan(1500);
    expect(await otherwiseThan(["refused"], addresses)).toEqual([]);
    expect(net.strays).toEqual([]);
    expect(net.asked).toEqual([]);
  });

  it("of the same behind one redirect and behind three", async () => {
    const addresses = PRIVATE_HOSTS.map((host) => `https://${host}/`);
    const hop = picture("/to");
    expect(
      await otherwiseThan(
        ["refused", "failed"],
        addresses.map((address) => via(hop, address)),
      ),
    ).toEqual([]);
    expect(
      await otherwiseThan(
        ["refused", "failed"],
        addresses.filter((_, i) => i % 5 === 0).map((address) => via(hop, hop, hop, address)),
      ),
    ).toEqual([]);
    expect(net.strays).toEqual([]);
  });

  it("of addresses with another scheme, port, user or shape, asked for or redirected to", async () => {
    expect(await otherwiseThan(["refused"], REFUSED_ADDRESSES)).toEqual([]);
    const redirected = REFUSED_ADDRESSES.filter((address) => /^(?!https:)[a-z]+:/.test(address));
    expect(redirected.length).toBeGreaterThan(8);
    expect(
      await otherwiseThan(
        ["refused"],
        redirected.map((address) => via(picture("/to"), address)),
      ),
    ).toEqual([]);
    expect(net.strays).toEqual([]);
  });

  it.each(URL_LISTS)("of the list %s, asked for and redirected to", async (list) => {
    const text = read(join(CORPUS, "vectors", list));
    if (text === null) return console.warn(`skipped: no ${list} below ${CORPUS}`);
    const forms = list.endsWith(".json")
      ? (JSON.parse(text) as (string | { input?: string })[]).flatMap((entry) =>
          typeof entry === "object" && entry.input !== undefined ? [entry.input] : [],
        )
      : text.split("\n");
    expect(forms.length).toBeGreaterThan(10);
    // Headers hold no line ends and no characters beyond Latin-1.
    const redirected = forms.filter((form) => /^[\x20-\x7e]+$/.test(form)).map((form) => via(picture("/to"), form));
    for (const address of [...forms, ...forms.map((form) => `https:${form}`), ...redirected])
      await outcomeOf(address, PATIENCE);
    expect(net.strays).toEqual([]);
  });

  it("of names that lead inside, whatever else they lead to", async () => {
    for (const address of ["127.0.0.1", "169.254.169.254", "10.1.2.3", "::ffff:127.0.0.1", ...PRIVATE_V6]) {
      net.names.set("inside.example", [[address]]);
      expect(await outcomeOf("https://inside.example/"), address).toBe("refused");
      net.names.set("inside.example", [[PUBLIC_ADDRESS, address]]);
      expect(await outcomeOf("https://inside.example/"), `${address} and a public one`).toBe("refused");
    }
    expect(net.strays).toEqual([]);
  });

  it("of a name that leads elsewhere the second time it is looked up", async () => {
    const host = `rebinding.${PICTURE_HOST}`;
    net.names.set(host, [[PUBLIC_ADDRESS], ["127.0.0.1"]]);
    expect(await outcomeOf(via(`https://${host}/to`, `https://${host}/picture.png`))).toBe("refused");
    expect(net.asked).toHaveLength(1);
  });

  it.each([
    ["nothing", []],
    ["an error", "servfail"],
    ["not at all", "silent"],
    ["something that is no address", ["pictures.example"]],
  ] as const)("of a name the resolver answers with %s", async (_, answer) => {
    net.names.set("odd.example", [answer]);
    expect(await outcomeOf("https://odd.example/", PATIENCE)).toMatch(/^(?:refused|failed)$/);
    expect(net.strays).toEqual([]);
  });

  it("of a resolver that cannot be understood", async () => {
    for (const path of ["/page.html", "/endless", "/to?where=/dns-query", "/nowhere"])
      expect(await outcomeOf(picture("/picture.png"), { resolver: `${net.origin}${path}` }), path).toBe("failed");
    expect(net.asked.filter(({ accept }) => String(accept).startsWith("image/"))).toEqual([]);
  });

  it("of this installation's own hosts", async () => {
    for (const host of ["photos.example", "PHOTOS.example.", "media.photos.example"]) {
      net.names.set("photos.example", [[PUBLIC_ADDRESS]]);
      expect(await outcomeOf(`https://${host}/`), host).toBe("refused");
    }
    expect(net.strays).toEqual([]);
  });
});

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
