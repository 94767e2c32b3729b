// Folders of labels, whole and broken; the broken ones are refused with the line and the reason.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readLabels } from "./labels.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labels-"));
  mkdirSync(join(folder, "set"));
  for (const name of ["1.jpg", "2.jpg", "3.jpg"]) writeFileSync(join(folder, "set", name), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

const IDENTITIES = "file,identity\nset/1.jpg,cast:ann\nset/2.jpg,cast:ann\nset/3.jpg,ben\n";
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

it("reads who is in which file, and the pairs drawn; a file's set is its pairs', else its identity's prefix", () => {
  write("identities.csv", IDENTITIES.replaceAll("\n", "\r\n"));
  write("pairs.csv", "a,b,same,domain\nset/1.jpg,set/2.jpg,1,film\n");
  expect(readLabels(folder)).toEqual({
    images: [
      { file: "set/1.jpg", identity: "cast:ann", domain: "film" },
      { file: "set/2.jpg", identity: "cast:ann", domain: "film" },
      { file: "set/3.jpg", identity: "ben", domain: "all" },
    ],
    pairs: [{ a: "set/1.jpg", b: "set/2.jpg", isSame: true, domain: "film" }],
  });
});

it("needs no pairs", () => {
  write("identities.csv", IDENTITIES);
  expect(readLabels(folder).pairs).toEqual([]);
});

it("says what is missing", () => {
  expect(() => readLabels(join(folder, "nowhere"))).toThrow(/There is no folder .*nowhere/);
  expect(() => readLabels(folder)).toThrow("has no identities.csv");
});

it.each([
  ["another header", "file,person\n", /expecting the columns file,identity/],
  ["a file that is not there", "file,identity\nset/4.jpg,ann\n", /line 2: set\/4\.jpg is not there/],
  ["a file of another folder", "file,identity\n../../etc/passwd,ann\n", /line 2: .* is no file of this folder/],
  ["an absolute path", "file,identity\n/etc/passwd,ann\n", /is no file of this folder/],
  ["a file named twice", "file,identity\nset/1.jpg,ann\nset/./1.jpg,ben\n", /line 3: set\/1\.jpg is named twice/],
  ["nobody", "file,identity\nset/1.jpg,\n", /line 2: nobody is named/],
  ["a field too many", "file,identity\nset/1.jpg,ann,really\n", /line 2: expecting 2 fields\. Got 3/],
])("refuses identities with %s", (_, text, complaint) => {
  write("identities.csv", text);
  expect(() => readLabels(folder)).toThrow(complaint);
});

it.each([
  ["an answer that is none", "set/1.jpg,set/2.jpg,yes,film", /pairs\.csv, line 2: same is "yes", not 0 or 1/],
  ["a face nobody labelled", "set/1.jpg,set/9.jpg,1,film", /are not both in identities\.csv/],
])("refuses pairs with %s", (_, line, complaint) => {
  write("identities.csv", IDENTITIES);
  write("pairs.csv", `a,b,same,domain\n${line}\n`);
  expect(() => readLabels(folder)).toThrow(complaint);
});
