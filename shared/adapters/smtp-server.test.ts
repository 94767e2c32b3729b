// Reading SMTP_URL: how far the line is trusted follows from it, and nothing of it is repeated in an error.
import { describe, expect, it } from "vitest";
import { parseSmtpUrl } from "./smtp-server.ts";

describe("SMTP_URL", () => {
  it.each([
    ["smtps://mail.example.org", { host: "mail.example.org", port: 465, tls: "implicit", user: null }],
    ["smtp://mail.example.org", { host: "mail.example.org", port: 587, tls: "required", user: null }],
    ["smtp://a%40b:p%3Aw@mail.example.org:2525", { port: 2525, tls: "required", user: "a@b", password: "p:w" }],
    ["smtp://127.0.0.1:1025", { port: 1025, tls: "none" }],
    ["smtp://localhost:1025", { tls: "none" }],
    ["smtp://mail:25?tls=none", { host: "mail", tls: "none" }],
  ])("is read: %s", (url, server) => {
    expect(parseSmtpUrl(url)).toMatchObject(server);
  });

  it.each(["", "mail.example.org", "https://user:hunter2@mail.example.org", "smtp://", "smtp://:hunter2@"])(
    "is refused without being repeated: %j",
    (url) => {
      expect(() => parseSmtpUrl(url)).toThrow(/^(?!.*hunter2).*SMTP_URL/);
    },
  );
});
