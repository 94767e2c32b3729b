// Addresses of what is made of photos.
import { describe, expect, it } from "vitest";
import { ArchiveQuery } from "../../shared/contracts/archives.ts";
import { ARCHIVE_MAX_PHOTOS } from "../../shared/contracts/limits.ts";
import { archivePath, renderPath } from "./renders-api.ts";

/** Servers take 8 kB of an address almost everywhere, and Workers 16. */
const ADDRESS_MAX_CHARS = 16_000;

const idOf = (at: number) => `01a20012-47c8-770c-a259-${at.toString(16).padStart(12, "0")}`;

describe("addresses", () => {
  it("name a picture by its options, in their one order", () => {
    const path = renderPath(idOf(1), { format: "webp", height: 600, width: 800, fit: "cover" }, "a b");
    expect(path).toBe(`/i/${idOf(1)}/w_800,h_600,fit_cover/a%20b.webp`);
  });

  it("name a whole selection within what an address may be, and the contract reads it back", () => {
    const ids = Array.from({ length: ARCHIVE_MAX_PHOTOS }, (_, at) => idOf(at));
    const path = archivePath(ids);
    expect(path.length).toBeLessThan(ADDRESS_MAX_CHARS);
    const query = Object.fromEntries(new URL(path, "https://photos.example").searchParams);
    expect(ArchiveQuery.parse(query).ids).toEqual(ids);
  });
});
