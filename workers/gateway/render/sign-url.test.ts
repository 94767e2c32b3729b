// Signed addresses as values: what was signed is read back, and nothing else is.
import fc from "fast-check";
import { expect, it } from "vitest";
import { identityVault } from "../identity/identity-vault.ts";
import { readSignedAddress, type SignedAddress, signAddress } from "./sign-url.ts";

const vault = identityVault("a secret of tests, 32 characters long");
const ADDRESS: SignedAddress = {
  path: "/i/0192/w_96/x.jpg",
  keyId: "abcd2345",
  expiresAtSeconds: 1_800_000_000,
  linkRev: 3,
};
const read = (path: string, by = vault) => readSignedAddress(by, new URL(path, "https://photos.example"));

it("reads back what it signed, with other parameters beside it", async () => {
  const signed = await signAddress(vault, ADDRESS);
  expect(await read(signed)).toEqual(ADDRESS);
  expect(await read(`${signed}&download=1`)).toEqual(ADDRESS);
});

it("reads nothing that another installation signed", async () => {
  const foreign = identityVault("another secret, of 32 characters too");
  expect(await read(await signAddress(foreign, ADDRESS))).toBeNull();
  expect(await read(await signAddress(vault, ADDRESS), foreign)).toBeNull();
});

it("reads nothing with a character changed, put in or left out", async () => {
  const signed = await signAddress(vault, ADDRESS);
  const edit = fc.record({
    at: fc.integer({ min: 1, max: signed.length - 1 }),
    remove: fc.nat(1),
    put: fc.constantFrom("", "0", "1", "A", "a", "-", "_", ".", "=", "/", "%41", "&", "é", "\n"),
  });
  await fc.assert(
    fc.asyncProperty(edit, async ({ at, remove, put }) => {
      const edited = signed.slice(0, at) + put + signed.slice(at + remove);
      // What a URL leaves out on its own (line ends, a fragment, an empty parameter) changes nothing that was signed.
      const url = new URL(`https://photos.example${edited}`);
      const before = new URL(`https://photos.example${signed}`);
      const isSame =
        url.pathname === before.pathname &&
        ["k", "exp", "sig"].every((name) => url.searchParams.getAll(name).join() === before.searchParams.get(name));
      expect((await readSignedAddress(vault, url)) !== null).toBe(isSame);
    }),
    { numRuns: 5000 },
  );
});
