// Handing a letter to Cloudflare's binding: what it is given, and what its errors mean for a letter that must not go out twice.
import { describe, expect, it, vi } from "vitest";

vi.mock("cloudflare:sockets", () => ({ connect: () => {} }));
const { bindingMailer } = await import("./mail.ts");

const MAIL = { id: "1", to: "ada@example.org", subject: "Hello", text: "t", html: "<p>t</p>", link: null };

function binding(fails?: string): { sent: unknown[]; send: SendEmail["send"] } {
  const sent: unknown[] = [];
  const send = (async (message: unknown) => {
    if (fails !== undefined) throw new Error(fails);
    sent.push(message);
    return { messageId: "1" };
  }) as SendEmail["send"];
  return { sent, send };
}

describe("the binding for outgoing mail", () => {
  it("is given the letter, from us", async () => {
    const mail = binding();
    expect(await bindingMailer(mail, "photos@heliograph.example").send(MAIL, 1000)).toEqual({ state: "sent" });
    expect(mail.sent).toEqual([
      {
        from: { email: "photos@heliograph.example", name: "Heliograph" },
        to: MAIL.to,
        subject: "Hello",
        text: "t",
        html: "<p>t</p>",
      },
    ]);
  });

  it.each([
    ["destination address is not a verified address", "refused"],
    ["Network connection lost.", "unknown"],
    ["internal error; reference = 123", "unknown"],
    ["the operation timed out", "unknown"],
  ])("says %j: the letter is %s", async (error, state) => {
    const outcome = await bindingMailer(binding(error), "photos@heliograph.example").send(MAIL, 1000);
    expect(outcome.state).toBe(state);
    expect(JSON.stringify(outcome)).not.toContain("example.org");
  });
});
