// The import law of ARCHITECTURE.md, enforced: who may import whom. Reads specifiers from the sources, so it cannot be
// fooled by a resolver that finds nothing; the first test makes sure that there is something to look at.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

const LAWS: readonly { name: string; from: RegExp; mayImport: RegExp }[] = [
  { name: "kernels import only kernels", from: /^shared\/kernels\//, mayImport: /^shared\/kernels\// },
  {
    name: "contracts import only zod and contracts",
    from: /^shared\/contracts\//,
    mayImport: /^(zod$|shared\/contracts\/)/,
  },
  {
    name: "codecs import only kernels, contracts and their libraries",
    from: /^shared\/codecs\//,
    mayImport: /^(node:zlib$|@jsquash\/|image-q$|thumbhash$|exifreader$|shared\/(kernels|contracts|codecs)\/)/,
  },
  {
    name: "inference imports only kernels, contracts and onnxruntime-web",
    from: /^shared\/inference\//,
    mayImport: /^(onnxruntime-web|shared\/(kernels|contracts|inference)\/)/,
  },
  {
    name: "db imports only drizzle and contracts",
    from: /^shared\/db\//,
    mayImport: /^(drizzle-orm|shared\/(contracts|db)\/)/,
  },
  {
    name: "tokens import only jose and contracts",
    from: /^shared\/tokens\//,
    mayImport: /^(jose$|shared\/(contracts|tokens)\/)/,
  },
  {
    name: "adapters import only contracts, db and zod",
    from: /^shared\/adapters\//,
    mayImport: /^(zod$|cloudflare:|shared\/(contracts|db|adapters)\/)/,
  },
  ...["gateway", "thumbnailer", "embedder", "progress", "people", "transformer", "importer"].map((worker) => ({
    name: `the ${worker} imports no other Worker`,
    from: new RegExp(`^workers/${worker}/`),
    mayImport: new RegExp(`^(?!workers/(?!${worker}/))(?!web/|local/|bench/|tests/)`),
  })),
  {
    name: "web imports only contracts, kernels, packages, and the one codec that chooses palettes in browsers too",
    from: /^web\/src\//,
    mayImport: /^(?!workers\/|local\/|bench\/|tests\/|shared\/(?!contracts\/|kernels\/|codecs\/adaptive-palette\.ts$))/,
  },
];

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;

function importsOf(file: string): string[] {
  return [...readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : specifier,
  );
}

const files = globSync("{shared,workers,web/src}/**/*.{ts,tsx}", { cwd: ROOT }).filter(
  (file) => !/\.test\.tsx?$|\.d\.ts$/.test(file),
);

describe("the import law", () => {
  it("sees the source tree", () => {
    expect(files.length).toBeGreaterThan(60);
    for (const { name, from } of LAWS)
      expect(
        files.some((file) => from.test(file)),
        name,
      ).toBe(true);
  });

  it.each(LAWS)("$name", ({ from, mayImport }) => {
    const offenders = files
      .filter((file) => from.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((specifier) => !mayImport.test(specifier))
          .map((specifier) => `${file} -> ${specifier}`),
      );
    expect(offenders).toEqual([]);
  });

  it("catches a planted violation", () => {
    const [law] = LAWS;
    expect(law?.mayImport.test("cloudflare:workers")).toBe(false);
    expect(law?.mayImport.test("shared/contracts/ids.ts")).toBe(false);
  });
});
