// The conversation with an SMTP server: one command, one answer of bounded length. Errors name the step, never what was said.
import { SMTP_REPLY_MAX_BYTES } from "../contracts/limits.ts";

/** The server's "no". 4xx: for now (isPassing); 5xx: for good (RFC 5321 §4.2.1). */
export class SmtpRefusal extends Error {
  override readonly name = "SmtpRefusal";
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

export class SmtpLine {
  #socket: Socket;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #pending = "";

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#reader = socket.readable.getReader();
    this.#writer = socket.writable.getWriter();
  }

  /** Says a command and waits for an answer of the class (its first digit); @returns the whole answer. */
  async say(step: string, command: string, answerClass: 2 | 3): Promise<string> {
    await this.write(command);
    return await this.expect(step, answerClass);
  }

  async write(command: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${command}\r\n`));
  }

  /** @throws SmtpRefusal for another class; Error when the line is cut or the answer is no SMTP */
  async expect(step: string, answerClass: 2 | 3): Promise<string> {
    const answer = await this.#answer();
    const code = Number(answer.slice(0, 3));
    if (Math.floor(code / 100) !== answerClass) {
      const isRefusal = code >= 400 && code <= 599;
      throw new SmtpRefusal(`${step} was answered with ${isRefusal ? code : "no sense"}`, code < 500);
    }
    return answer;
  }

  startTls(): void {
    // Anything behind the answer to STARTTLS came in clear and must not count as said within TLS.
    this.#pending = "";
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    this.#socket = this.#socket.startTls();
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
  }

  close(): void {
    this.#socket.close().catch(() => {});
  }

  /** Lines up to the first whose code is followed by a space. */
  async #answer(): Promise<string> {
    const decoder = new TextDecoder();
    for (;;) {
      const whole = /^(?:\d{3}-.*\r?\n)*\d{3}(?: .*)?\r?\n/.exec(this.#pending);
      if (whole !== null) {
        this.#pending = this.#pending.slice(whole[0].length);
        return whole[0];
      }
      if (/^(?!\d{3}[ -]).*\n/.test(this.#pending)) throw new Error("the server speaks no SMTP");
      if (this.#pending.length > SMTP_REPLY_MAX_BYTES) throw new Error("the server's answer does not end");
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("the server hung up");
      this.#pending += decoder.decode(value, { stream: true });
    }
  }
}
