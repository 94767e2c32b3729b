// A real SMTP server on loopback that delivers to the test.
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

const DELIVERED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

export class PostOffice {
  readonly #server: SMTPServer;
  readonly letters: Email[] = [];

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          PostalMime.parse(Buffer.concat(chunks)).then((letter) => {
            this.letters.push(letter);
            done();
          }, done);
        });
      },
    });
  }

  static async open(): Promise<PostOffice> {
    const office = new PostOffice();
    await new Promise<void>((resolve) => office.#server.listen(0, "127.0.0.1", () => resolve()));
    return office;
  }

  /** What the gateway needs to hand letters over here. */
  get variables(): Record<string, string> {
    const { port } = this.#server.server.address() as AddressInfo;
    return { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: "photos@example.org" };
  }

  /** The link of the newest letter to this address; waits for one. Each letter is read once. */
  async linkTo(address: string): Promise<string> {
    for (let waitedMs = 0; waitedMs < DELIVERED_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
      const at = this.letters.findLastIndex(
        ({ to, text }) => to?.some((one) => one.address === address) && /https?:\/\/\S+#/.test(text ?? ""),
      );
      const link = /https?:\/\/\S+#\S+/.exec(this.letters[at]?.text ?? "")?.[0];
      if (link !== undefined) {
        this.letters.splice(at, 1);
        return link;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    throw new Error(`No letter with a link came to ${address}`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
