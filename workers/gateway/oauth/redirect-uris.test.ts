// Addresses a client may name, and those a browser is sent to.
import { describe, expect, it } from "vitest";
import { faultOfRedirectUri, isRegisteredRedirect, redirectWith } from "./redirect-uris.ts";

describe("faultOfRedirectUri", () => {
  it.each([
    "https://app.example/callback",
    "https://app.example",
    "https://app.example:8443/a/b?tenant=1",
    "http://127.0.0.1/callback",
    "http://127.0.0.1:8080/",
    "http://[::1]/callback",
    "http://localhost:3000/callback",
  ])("takes %s", (uri) => expect(faultOfRedirectUri(uri)).toBeNull());

  it.each([
    "http://app.example/callback",
    "https://app.example/callback#fragment",
    "https://app.example/callback#",
    "https://user@app.example/",
    "https://user:secret@app.example/",
    "https://*.app.example/",
    "https://app.example/../callback",
    "https://APP.example/",
    "https://app.example:443/",
    "https://0x7f.1/",
    "http://127.1/",
    "http://127.0.0.1.evil.example/",
    "http://localhost.evil.example/",
    "ftp://app.example/",
    "com.example.app:/callback",
    "javascript:alert(1)",
    "//app.example/",
    "\\\\app.example",
    "",
    " https://app.example/",
    "https://app.example/\n",
  ])("refuses %j", (uri) => expect(faultOfRedirectUri(uri)).not.toBeNull());
});

describe("isRegisteredRedirect", () => {
  it("compares character by character", () => {
    const registered = ["https://app.example/callback"];
    expect(isRegisteredRedirect(registered, "https://app.example/callback")).toBe(true);
    for (const uri of [
      "https://app.example/callback/",
      "https://app.example/callback?",
      "https://app.example:443/callback",
      "https://app.example/Callback",
      "https://app.example/callback/../callback",
      "https://app.example.evil.example/callback",
      "",
    ])
      expect(isRegisteredRedirect(registered, uri), uri).toBe(false);
  });

  it("takes any port on loopback addresses, and nothing else there", () => {
    const registered = ["http://127.0.0.1/callback", "http://[::1]:1/callback", "http://localhost:3000/callback"];
    for (const uri of [
      "http://127.0.0.1:49152/callback",
      "http://[::1]:65535/callback",
      "http://localhost:3000/callback",
    ])
      expect(isRegisteredRedirect(registered, uri), uri).toBe(true);
    for (const uri of [
      "http://127.0.0.1:65536/callback",
      "http://127.0.0.1:0/callback",
      "http://127.0.0.1:/callback",
      "http://127.0.0.1:80x/callback",
      "http://127.0.0.1:80@evil.example/callback",
      "http://127.0.0.1:80/callback?x",
      "http://127.0.0.2:80/callback",
      "https://127.0.0.1:80/callback",
      "http://localhost:3001/callback",
    ])
      expect(isRegisteredRedirect(registered, uri), uri).toBe(false);
    expect(isRegisteredRedirect(["https://app.example/callback"], "https://app.example:8443/callback")).toBe(false);
  });
});

describe("redirectWith", () => {
  it("adds to the query that is there, and says who answers", () => {
    const to = redirectWith("https://app.example/cb?tenant=1", "https://us.example", "a&b", { code: "c" });
    expect(to).toBe("https://app.example/cb?tenant=1&code=c&state=a%26b&iss=https%3A%2F%2Fus.example");
  });
});
