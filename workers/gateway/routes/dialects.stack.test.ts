// Other dialects and IIIF through the front door: redirects that know no photo, the validator's rules, and who may see what.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Photo } from "../../../shared/contracts/photos.ts";
import { IiifInfo } from "../../../shared/contracts/transforms/iiif-info.ts";
import { pngPhoto } from "../../../tests/fixtures/png-photo.ts";
import {
  type Caller,
  openTestPlatform,
  postForm,
  type TestPlatform,
  untilEnded,
} from "../../../tests/fixtures/test-platform.ts";

const ANY_ID = "0192f0c1-2345-7abc-8def-0123456789ab";

let platform: TestPlatform;
let owner: Caller;
let other: Caller;
let photo: Photo;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 2 });
  owner = platform.as(0);
  other = platform.as(1);
  const posted = await postForm(owner, "photo.png", pngPhoto(400, 300, 1));
  photo = await untilEnded(owner, ((await posted.json()) as Photo).id);
});
afterAll(() => platform.close());

const asIs: RequestInit = { redirect: "manual" };

async function problemOf(response: Response): Promise<[number, string, string]> {
  const { code, errors = [] } = (await response.json()) as { code: string; errors?: { pointer: string }[] };
  return [response.status, code, errors.map(({ pointer }) => pointer).join()];
}

/** Width and height (px) a PNG says it has. */
async function pngSize(response: Response): Promise<[number, number]> {
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
  const view = new DataView(await response.arrayBuffer());
  return [view.getUint32(16), view.getUint32(20)];
}

describe("an address in another dialect", () => {
  it.each([
    [
      `/cf/width=320,height=200,fit=cover,gravity=auto/${ANY_ID}`,
      `/i/${ANY_ID}/w_320,h_200,fit_cover,g_auto/photo.jpg`,
    ],
    [
      `/cf/w=320,background=%23ff0000,f=webp/${ANY_ID}?download=1`,
      `/i/${ANY_ID}/w_320,bg_ff0000/photo.webp?download=1`,
    ],
    [`/cf/background=rgb%28240%2C40%2C145%29/${ANY_ID}`, `/i/${ANY_ID}/bg_f02891/photo.jpg`],
    [
      `/imgproxy/unsafe/rs:fill:300:200:1/q:80/plain/${ANY_ID}@avif`,
      `/i/${ANY_ID}/w_300,h_200,fit_cover,q_80/photo.avif`,
    ],
    [`/imgproxy/_/plain/${ANY_ID}`, `/i/${ANY_ID}/photo.jpg`],
    [`/thumbor/unsafe/fit-in/300x200/filters:blur(3)/${ANY_ID}`, `/i/${ANY_ID}/w_300,h_200,blur_3/photo.jpg`],
    [`/thumbor/c2lnbmVk=/${ANY_ID}`, `/i/${ANY_ID}/photo.jpg`],
  ])("%s leads to %s, for anybody", async (path, location) => {
    const response = await platform.anonymous(path, asIs);
    expect([response.status, response.headers.get("location")]).toEqual([301, location]);
    expect(response.headers.get("cache-control")).toBe("public, max-age=86400");
  });

  it("leads its owner to the picture in one step, and nobody else", async () => {
    const path = `/imgproxy/unsafe/rs:force:40:30/plain/${photo.id}@png`;
    expect(await pngSize(await owner(path))).toEqual([40, 30]);
    expect((await other(path)).status).toBe(404);
    expect((await platform.anonymous(path)).status).toBe(401);
  });

  it.each([
    [`/cf/widht=3/${ANY_ID}`, "invalid-transform", "/widht"],
    ["/cf/width=3/me", "invalid-request", "/photoId"],
    [`/imgproxy/unsafe/rs:fill:x/plain/${ANY_ID}`, "invalid-transform", "/resize"],
    ["/imgproxy/unsafe/plain/https://example.test/a.jpg", "invalid-transform", ""],
    ["/imgproxy/", "invalid-transform", ""],
    [`/imgproxy/unsafe/%ff/plain/${ANY_ID}`, "invalid-transform", ""],
    [`/thumbor/unsafe/filters:nope()/${ANY_ID}`, "invalid-transform", "/nope"],
    ["/thumbor/unsafe/300x200/https://example.test/a.jpg", "invalid-transform", ""],
    [`/thumbor/${ANY_ID}`, "invalid-transform", ""],
  ])("%s is refused", async (path, code, pointer) => {
    expect(await problemOf(await platform.anonymous(path, asIs))).toEqual([400, code, pointer]);
  });
});

/** Where in the photo (shares of its sides) a place of the result is from: the photo's red grows to the right, its green down. */
async function sourceOf(path: string, places: readonly Place[]): Promise<Place[]> {
  const response = await owner(path);
  expect([path, response.status]).toEqual([path, 200]);
  const { data, info } = await sharp(await response.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true });
  return places.map(([across, down]) => {
    const pos = (Math.floor(down * info.height) * info.width + Math.floor(across * info.width)) * info.channels;
    return [((data[pos] ?? 0) - 1) / 255, ((data[pos + 1] ?? 0) - 3) / 255];
  });
}

type Place = readonly [across: number, down: number];
/** Not the middle, and no two alike when turned or mirrored. */
const PLACES: readonly Place[] = [
  [0.1, 0.2],
  [0.8, 0.3],
  [0.3, 0.9],
];
const back = {
  mirror: ([x, y]: Place): Place => [1 - x, y],
  flip: ([x, y]: Place): Place => [x, 1 - y],
  /** Against a quarter turn clockwise. */
  quarter: ([x, y]: Place): Place => [y, 1 - x],
};
const turns = (count: number) => Array<(place: Place) => Place>(count).fill(back.quarter);

describe("what is drawn", () => {
  it.each([
    // IIIF mirrors, then turns: undone the other way round.
    ["/iiif/3/ID/full/max/90/default.png", turns(1)],
    ["/iiif/3/ID/full/max/180/default.png", turns(2)],
    ["/iiif/3/ID/full/max/270/default.png", turns(3)],
    ["/iiif/3/ID/full/max/!0/default.png", [back.mirror]],
    ["/iiif/3/ID/full/max/!90/default.png", [...turns(1), back.mirror]],
    ["/iiif/3/ID/full/max/!180/default.png", [...turns(2), back.mirror]],
    ["/iiif/3/ID/full/max/!270/default.png", [...turns(3), back.mirror]],
    ["/iiif/3/ID/pct:50,0,50,50/max/0/default.png", [([x, y]: Place): Place => [0.5 + x / 2, y / 2]]],
    // Ours turns, then mirrors.
    ["/i/ID/rot_90,flip_h/p.png", [back.mirror, ...turns(1)]],
    ["/cf/rotate=90,flip=h,format=png/ID", [...turns(1), back.mirror]],
    ["/cf/rotate=270,flip=v,format=png/ID", [...turns(3), back.flip]],
    ["/imgproxy/_/rot:90/fl:1:0/plain/ID@png", [back.mirror, ...turns(1)]],
    ["/thumbor/_/-0x0/filters:rotate(90):format(png)/ID", [...turns(3), back.mirror]],
    // The turned picture is 300 x 400: its upper half, and its left one.
    ["/imgproxy/_/rot:90/rs:fill:300:200/g:no/plain/ID@png", [([x, y]: Place): Place => [x, y / 2], ...turns(1)]],
    ["/imgproxy/_/rot:90/c:0.5:0:nowe/plain/ID@png", [([x, y]: Place): Place => [x / 2, y], ...turns(1)]],
    ["/cf/fit=crop,width=200,height=300,gravity=right,format=png/ID", [([x, y]: Place): Place => [0.5 + x / 2, y]]],
    ["/thumbor/_/0x0:200x150/filters:format(png)/ID", [([x, y]: Place): Place => [x / 2, y / 2]]],
  ])("by %s is the part of the photo that dialect means, its way up", async (path, undo) => {
    const wanted = PLACES.map((place) => undo.reduce((at, step) => step(at), place));
    const found = await sourceOf(path.replace("ID", photo.id), PLACES);
    found.forEach(([x, y], i) => {
      expect(x).toBeCloseTo(wanted[i]?.[0] ?? Number.NaN, 1);
      expect(y).toBeCloseTo(wanted[i]?.[1] ?? Number.NaN, 1);
    });
  });
});

describe("IIIF's information", () => {
  it("tells the owner, and pages of other sites that bring a credential, what the photo is", async () => {
    const response = await owner(`/iiif/3/${photo.id}/info.json`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(
      'application/ld+json;profile="http://iiif.io/api/image/3/context.json"',
    );
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("link")).toContain('level2.json>;rel="profile"');
    const info = IiifInfo.parse(await response.json());
    expect(info).toMatchObject({ profile: "level2", width: 400, height: 300 });
    expect(new URL(info.id).pathname).toBe(`/iiif/3/${photo.id}`);
    const asked = { headers: { accept: "application/json" } };
    expect((await owner(`/iiif/3/${photo.id}/info.json`, asked)).headers.get("content-type")).toBe("application/json");
    const preflight = await platform.anonymous(`/iiif/3/${photo.id}/info.json`, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
  });

  it("is where the base address leads", async () => {
    const response = await platform.anonymous(`/iiif/3/${photo.id}`, asIs);
    expect([response.status, response.headers.get("location")]).toEqual([303, `/iiif/3/${photo.id}/info.json`]);
  });

  it("is not there for others, for unknown ids, and for what is no id", async () => {
    expect((await other(`/iiif/3/${photo.id}/info.json`)).status).toBe(404);
    expect((await owner(`/iiif/3/${ANY_ID}/info.json`)).status).toBe(404);
    expect((await owner("/iiif/3/random/info.json")).status).toBe(404);
    expect((await owner(`/iiif/3/..%2F${photo.id}/info.json`)).status).toBe(404);
    expect((await platform.anonymous(`/iiif/3/${photo.id}/info.json`)).status).toBe(401);
  });
});

describe("IIIF's image request", () => {
  it.each([
    ["full/max/0/default.png", 400, 300],
    ["square/max/0/default.png", 300, 300],
    ["10,20,100,50/max/0/default.png", 100, 50],
    ["350,250,100,100/max/0/default.png", 50, 50],
    ["pct:25,25,50,50/max/0/default.png", 200, 150],
    ["full/100,/0/default.png", 100, 75],
    ["full/,100/0/default.png", 133, 100],
    ["full/pct:10/0/default.png", 40, 30],
    ["full/50,60/0/default.png", 50, 60],
    ["full/!60,60/0/default.png", 60, 45],
    ["full/^!500,500/0/default.png", 500, 375],
    ["full/100,/90/default.png", 75, 100],
    ["full/100,/!270/gray.png", 75, 100],
    ["full/100,/0/bitonal.png", 100, 75],
  ])("%s is %d x %d", async (path, width, height) => {
    const response = await owner(`/iiif/3/${photo.id}/${path}`);
    expect(await pngSize(response)).toEqual([width, height]);
  });

  it("names its canonical address, under which the same picture is", async () => {
    const response = await owner(`/iiif/3/${photo.id}/pct:0,0,50,100/100,/0/color.jpg`);
    const canonical = /^<([^>]+)>;rel="canonical"/.exec(response.headers.get("link") ?? "")?.[1] ?? "";
    expect(new URL(canonical).pathname).toBe(`/iiif/3/${photo.id}/0,0,200,300/100,150/0/default.jpg`);
    const again = await owner(new URL(canonical).pathname);
    expect([again.status, again.headers.get("etag")]).toEqual([200, response.headers.get("etag")]);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  });

  it("is refused with what is wrong, to nobody but the owner", async () => {
    const bad = `/iiif/3/${photo.id}/0,0,0,1/401,/45/nice.tif`;
    expect(await problemOf(await owner(bad))).toEqual([400, "invalid-transform", "/format,/quality,/rotation,/region"]);
    expect((await other(bad)).status).toBe(404);
    expect((await platform.anonymous(`/iiif/3/${photo.id}/full/max/0/default.jpg`)).status).toBe(401);
  });
});
