// A letter as bytes of the Internet Message Format (RFC 5322, MIME: RFC 2045 and 2047). ASCII only, whatever goes in: bodies
// are base64, words of headers are encoded, and no control character reaches a header.

export interface Sender {
  readonly address: string;
  readonly name: string;
}

/** Characters of one line of base64 (RFC 2045 §6.8). */
const LINE_CHARS = 76;
/** UTF-8 bytes of one encoded word: 75 characters with its marks (RFC 2047 §2). */
const WORD_BYTES = 42;
const CRLF = "\r\n";

/** An address as it may stand in a header and an SMTP command: ASCII, without what ends or quotes either. */
export function isPlainAddress(address: string): boolean {
  return address.length <= 254 && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$/.test(address);
}

/** @throws Error for an address that is not plain */
export function composeMail(
  from: Sender,
  mail: {
    readonly id: string;
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly html: string;
  },
  nowMs: number,
): string {
  if (!isPlainAddress(from.address) || !isPlainAddress(mail.to))
    throw new Error("an address cannot be written in a header");
  const boundary = `heliograph-${mail.id.replaceAll(/[^A-Za-z0-9-]/g, "")}`;
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  return [
    `From: ${encodeWords(from.name)} <${from.address}>`,
    `To: <${mail.to}>`,
    `Subject: ${encodeWords(mail.subject)}`,
    `Date: ${new Date(nowMs).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${boundary}@${domain}>`,
    // Nobody's out-of-office note should answer (RFC 3834).
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    "",
    ...part(boundary, "text/plain", mail.text),
    ...part(boundary, "text/html", mail.html),
    `--${boundary}--`,
    "",
  ].join(CRLF);
}

function part(boundary: string, type: string, text: string): string[] {
  return [
    `--${boundary}`,
    `Content-Type: ${type}; charset=utf-8`,
    "Content-Transfer-Encoding: base64",
    "",
    ...(base64(text).match(new RegExp(`.{1,${LINE_CHARS}}`, "g")) ?? []),
  ];
}

/** Plain words stay as they are; anything else becomes encoded words, split between characters. */
function encodeWords(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, " ").trim();
  if (/^[A-Za-z0-9 .,'!?-]*$/.test(line) && line.length <= LINE_CHARS) return line;
  const words: string[] = [];
  let word = "";
  for (const character of line) {
    if (new TextEncoder().encode(word + character).length > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  words.push(word);
  return words.map((piece) => `=?utf-8?B?${base64(piece)}?=`).join(`${CRLF} `);
}

function base64(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
