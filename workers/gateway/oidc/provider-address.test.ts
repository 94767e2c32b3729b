// Addresses an admin may name, or a provider's document may bring along. Spellings of 127.0.0.1 and of our own inside among them.
import { describe, expect, it } from "vitest";
import { addressFault } from "./provider-address.ts";

const shipped = { allowLoopback: false, ownHost: "photos.lovelace.net" };
const local = { ...shipped, allowLoopback: true };

describe("a provider's address", () => {
  it.each([
    "https://accounts.google.com",
    "https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0",
    "https://auth.lovelace.net/realms/home",
    "https://auth.lovelace.net:8443/application/o/heliograph/",
    "https://xn--bcher-kva.net",
    "https://bücher.net",
    "https://lovelace.net",
    "https://internal.net",
    "https://photos.lovelace.net.evil.net",
  ])("may be %s", (address) => {
    expect(addressFault(address, shipped)).toBeNull();
  });

  it.each([
    "",
    "accounts.google.com",
    "//accounts.google.com",
    "http://accounts.google.com",
    "HTTP://accounts.google.com",
    "ftp://accounts.google.com",
    "file:///etc/passwd",
    "data:application/json,{}",
    "javascript:alert(1)",
    "blob:https://accounts.google.com/1",
    "https://user@accounts.google.com",
    "https://user:password@accounts.google.com",
    "https://accounts.google.com#x",
    "https://accounts.google.com/#",
    "https://127.0.0.1",
    "https://127.1",
    "https://0x7f.1",
    "https://0177.0.0.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://127.0.0.1.",
    "https://１２７.0.0.1",
    "https://①②⑦.0.0.1",
    "https://0.0.0.0",
    "https://0",
    "https://10.0.0.1",
    "https://172.16.0.1",
    "https://192.168.1.1",
    "https://169.254.169.254",
    "https://100.64.0.1",
    "https://8.8.8.8",
    "https://[::1]",
    "https://[::]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[64:ff9b::7f00:1]",
    "https://[fe80::1]",
    "https://[fd00::1]",
    "https://[2002:7f00:1::]",
    "https://localhost",
    "https://LOCALHOST",
    "https://localhost.",
    "https://a.localhost",
    "https://ｌocalhost",
    "https://loc%61lhost",
    "https://intranet",
    "https://keycloak",
    "https://keycloak.internal",
    "https://metadata.google.internal",
    "https://keycloak.local",
    "https://keycloak.lan",
    "https://keycloak.home.arpa",
    "https://1.0.0.127.in-addr.arpa",
    "https://keycloak.corp",
    "https://accounts.google.com.",
    "https://heliograph.somebody.workers.dev",
    "https://pub-1.r2.dev",
    "https://account.r2.cloudflarestorage.com",
    "https://photos.lovelace.net",
    "https://PHOTOS.lovelace.net",
    "https://img.photos.lovelace.net",
    "https://under_score.lovelace.net",
    `https://${"a.".repeat(130)}net`,
  ])("may not be %s", (address) => {
    expect(addressFault(address, shipped)).toMatch(/^(is|must) .*\.$/);
  });

  it.each(["http://127.0.0.1:8080", "http://localhost:8080/realms/home", "http://[::1]:8080", "https://localhost"])(
    "may be %s in a local build only",
    (address) => {
      expect(addressFault(address, local)).toBeNull();
      expect(addressFault(address, shipped)).not.toBeNull();
    },
  );

  it.each([
    "http://10.0.0.1",
    "http://keycloak.lan",
    "http://169.254.169.254",
    "ftp://localhost",
    "http://localhost.evil.net",
  ])("may not be %s, not even in a local build", (address) => {
    expect(addressFault(address, local)).not.toBeNull();
  });
});
