import { describe, expect, it } from "vitest";
import { R2Event } from "../contracts/messages.ts";
import { withR2Events } from "./local-r2-events.ts";
import { putObjectEvent, toImageUploaded } from "./r2-events.ts";

const USER = "01a1fc65-963f-7bf6-ac60-4010e61a0107";
const PHOTO = "01a1fc66-99a0-74af-9d3b-82e7ffba1854";
const KEY = `originals/${USER}/${PHOTO}/1`;

/** The body R2 documents for a put; the shape the consumer must never need more than. */
const published = {
  account: "3f4b7e3dcab231cbfdaa90a6a28bd548",
  action: "PutObject",
  bucket: "heliograph-photos",
  object: { key: KEY, size: 65536, eTag: "c846ff7a18f28c2e262116d6e8719ef0" },
  eventTime: "2026-11-21T04:39:04.865Z",
};
const event = (more: object): R2Event => R2Event.parse({ ...published, ...more });

describe("an R2 event", () => {
  it("of an original becomes IMAGE_UPLOADED", () => {
    expect(toImageUploaded(event({}))).toMatchObject({
      header: { message_type: "IMAGE_UPLOADED", occurred_at: published.eventTime },
      body: { photoId: PHOTO, ownerId: USER, gen: 1 },
    });
  });

  it("announced twice has the same message id", () => {
    const again = event({ eventTime: "2026-11-22T00:00:00.000Z" });
    expect(toImageUploaded(again)?.header.message_id).toBe(toImageUploaded(event({}))?.header.message_id);
  });

  it.each(["CopyObject", "CompleteMultipartUpload"])("of kind %s counts as an upload", (action) => {
    expect(toImageUploaded(event({ action }))).not.toBeNull();
  });

  it.each([
    ["a delete, which has neither size nor eTag", { action: "DeleteObject", object: { key: KEY } }],
    ["a lifecycle deletion", { action: "LifecycleDeletion", object: { key: KEY } }],
    ["a derivative", { object: { ...published.object, key: `derived/${USER}/${PHOTO}/1/w160.jpg` } }],
    ["somebody else's key", { object: { ...published.object, key: "originals/../../etc/passwd" } }],
    ["a key without a generation", { object: { ...published.object, key: `originals/${USER}/${PHOTO}` } }],
    ["generation zero", { object: { ...published.object, key: `originals/${USER}/${PHOTO}/0` } }],
    ["an id in capitals", { object: { ...published.object, key: KEY.toUpperCase() } }],
  ])("about %s is not an upload", (_what, more) => {
    expect(toImageUploaded(event(more))).toBeNull();
  });

  it("sent by us reads like R2's", () => {
    const ours = putObjectEvent(
      "heliograph-photos",
      { key: KEY, size: 65536, etag: published.object.eTag },
      Date.parse(published.eventTime),
      published.account,
    );
    expect(ours).toEqual(published);
  });
});

describe("the local bridge", () => {
  const object = { key: KEY, size: 3, etag: "e" };
  const bucket = (result: object | null) =>
    ({ put: async () => result, head: async () => "untouched" }) as unknown as R2Bucket;

  it("publishes exactly the production body after a put under originals/", async () => {
    const sent: R2Event[] = [];
    const bridged = withR2Events(
      bucket(object),
      "heliograph-photos",
      async (body) => void sent.push(body),
      () => 0,
    );
    await bridged.put(KEY, "abc");
    expect(sent).toEqual([
      {
        account: "local",
        action: "PutObject",
        bucket: "heliograph-photos",
        object: { key: KEY, size: 3, eTag: "e" },
        eventTime: "1970-01-01T00:00:00.000Z",
      },
    ]);
    expect(Object.keys(sent[0] ?? {}).sort()).toEqual(Object.keys(published).sort());
    expect(await bridged.head(KEY)).toBe("untouched");
  });

  it("is silent about derivatives and about puts whose condition failed", async () => {
    const sent: R2Event[] = [];
    const send = async (body: R2Event) => void sent.push(body);
    await withR2Events(bucket(null), "b", send, () => 0).put(KEY, "abc");
    await withR2Events(bucket({ ...object, key: `derived/${USER}/${PHOTO}/1/w160.jpg` }), "b", send, () => 0).put(
      "x",
      "abc",
    );
    expect(sent).toEqual([]);
  });
});
