// Letters as bytes: what a mail program reads in them, and that nothing put into them can write a header or a command.
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { composeMail, isPlainAddress } from "./compose-mail.ts";

const FROM = { address: "photos@heliograph.example", name: "Heliograph" };
const LETTER = {
  id: "0192",
  to: "ada@example.org",
  subject: "Your link",
  text: "Open it:\n\nhttps://x/#t",
  html: "<p>Open it</p>",
};
const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

describe("a letter", () => {
  it("is read as it was written: text first, the same as HTML, and no answer asked for", async () => {
    const raw = composeMail(FROM, LETTER, NOW);
    const mail = await PostalMime.parse(raw);
    expect(mail).toMatchObject({
      subject: "Your link",
      from: { name: "Heliograph", address: FROM.address },
      to: [{ address: LETTER.to }],
      messageId: "<heliograph-0192@heliograph.example>",
      date: "2026-11-21T12:00:00.000Z",
    });
    expect(mail.text?.trim()).toBe(LETTER.text);
    expect(mail.html?.trim()).toBe(LETTER.html);
    expect(raw).toContain("Auto-Submitted: auto-generated");
  });

  it("keeps every line within 78 characters of ASCII, whatever it says", async () => {
    const subject = "Ünïcödé 🌻 ".repeat(30).trim();
    const raw = composeMail(FROM, { ...LETTER, subject, text: "日本語".repeat(500) }, NOW);
    expect(raw).toMatch(/^[\t\r\n -~]*$/);
    for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
    const mail = await PostalMime.parse(raw);
    expect(mail.subject).toBe(subject);
    expect(mail.text?.trim()).toBe("日本語".repeat(500));
  });

  it.each([
    "Hello\r\nBcc: victim@example.org",
    "Hello\nBcc: victim@example.org",
    "Hello\rBcc: victim@example.org",
    "Hello\r\n\r\n<script>",
    "Hello\u0000Bcc: victim@example.org",
    "=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?=",
  ])("has no header that a subject or a name wrote: %j", async (hostile) => {
    const raw = composeMail({ ...FROM, name: hostile }, { ...LETTER, subject: hostile }, NOW);
    const mail = await PostalMime.parse(raw);
    expect(mail.bcc ?? []).toEqual([]);
    expect(mail.headers.map(({ key }) => key).sort()).toEqual([
      "auto-submitted",
      "content-type",
      "date",
      "from",
      "message-id",
      "mime-version",
      "subject",
      "to",
    ]);
    expect(mail.text?.trim()).toBe(LETTER.text);
  });

  it.each([
    "ada@example.org\r\nBcc: victim@example.org",
    "ada@example.org>\r\nRCPT TO:<victim@example.org",
    "ada@example.org, victim@example.org",
    "<ada@example.org>",
    '"ada x"@example.org',
    "ada@example.org ",
    "ada",
    "@",
    "ädä@example.org",
    "",
    `${"a".repeat(250)}@example.org`,
  ])("is not addressed to %j", (address) => {
    expect(isPlainAddress(address)).toBe(false);
    expect(() => composeMail(FROM, { ...LETTER, to: address }, NOW)).toThrow();
    expect(() => composeMail({ ...FROM, address }, LETTER, NOW)).toThrow();
  });
});
