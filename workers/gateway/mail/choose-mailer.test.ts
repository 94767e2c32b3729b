// Whether there are letters at all: deployed, not without an address of our own to make their links of.
import { describe, expect, it, vi } from "vitest";
import { chooseMailer } from "./choose-mailer.ts";

vi.mock("cloudflare:sockets", () => ({ connect: () => {} }));

const BINDING = { send: async () => ({ messageId: "1" }) } as unknown as SendEmail;
const FROM = { smtpServer: null, mailFrom: "photos@heliograph.example", publicOrigin: null };
const now = () => 1;

describe("an installation sends letters", () => {
  it("where it knows its own address, or is on somebody's own machine", () => {
    expect(chooseMailer(BINDING, { ...FROM, publicOrigin: "https://photos.example" }, now, false)).not.toBeNull();
    expect(chooseMailer(BINDING, FROM, now, true)).not.toBeNull();
  });

  it("nowhere else: the Host of a request makes no link. The log says so once", () => {
    const said = vi.spyOn(console, "warn").mockImplementation(() => {});
    const alsoSaid = vi.spyOn(console, "log").mockImplementation(() => {});
    for (let n = 0; n < 3; n++) expect(chooseMailer(BINDING, FROM, now, false)).toBeNull();
    expect(
      [...said.mock.calls, ...alsoSaid.mock.calls].filter(([line]) => String(line).includes("mail-off")),
    ).toHaveLength(1);
  });

  it("with a sender's address and something to send by", () => {
    const known = { ...FROM, publicOrigin: "https://photos.example" };
    expect(chooseMailer(undefined, known, now, false)).toBeNull();
    expect(chooseMailer(BINDING, { ...known, mailFrom: null }, now, false)).toBeNull();
  });
});
