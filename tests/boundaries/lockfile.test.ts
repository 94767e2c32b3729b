// `npm ci` refuses a lockfile that lacks the packages of other platforms, and npm forgets those that a registry does not
// offer where it runs. Whoever updates a dependency on such a machine learns it here, not on a newcomer's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../local/worker-configs.ts";

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

it("the lockfile names the optional packages of every platform and no registry", () => {
  const text = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
  expect(text).not.toContain('"resolved"');
});
