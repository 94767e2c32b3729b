// A filled-in form as a call: method, address, headers, body; and what is wrong with it where it cannot be made. Pure.
import type { Field } from "./fields.ts";

export type FormValues = Readonly<Record<string, string | File | undefined>>;

export type CallBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "form"; readonly parts: readonly (readonly [name: string, value: string | File])[] }
  | { readonly kind: "bytes"; readonly file: File };

export interface Call {
  readonly method: string;
  /** Path and query, from the root. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CallBody;
}

export interface Prepared {
  readonly call: Call;
  /** By field: what is wrong, and what to do about it. Empty: it can be sent. */
  readonly problems: Readonly<Record<string, string>>;
}

export function prepareCall(
  { method, path }: { readonly method: string; readonly path: string },
  fields: readonly Field[],
  values: FormValues,
): Prepared {
  const problems: Record<string, string> = {};
  let address = path;
  const query: string[] = [];
  const headers: Record<string, string> = {};
  const json: Record<string, unknown> = {};
  const parts: [string, string | File][] = [];
  let body: CallBody = { kind: "none" };

  for (const field of fields) {
    const value = values[field.key] ?? "";
    if (value === "") {
      if (field.isRequired) problems[field.key] = field.kind === "file" ? "Choose a file." : "This is needed.";
      continue;
    }
    const parsed = parse(field, value);
    if (parsed.problem !== null) {
      problems[field.key] = parsed.problem;
      continue;
    }
    switch (field.place) {
      case "path":
        address = address.replace(`{${field.name}}`, encodePart(String(value)));
        break;
      case "query":
        query.push(`${encodeURIComponent(field.name)}=${encodePart(String(value))}`);
        break;
      case "header":
        headers[field.name] = String(value);
        break;
      case "body":
        json[field.name] = parsed.value;
        break;
      case "form":
        parts.push([field.name, value]);
        break;
      case "whole":
        body = value instanceof File ? { kind: "bytes", file: value } : { kind: "json", value: parsed.value };
    }
  }
  if (fields.some(({ place }) => place === "body")) body = { kind: "json", value: json };
  if (fields.some(({ place }) => place === "form")) body = { kind: "form", parts };
  const search = query.length > 0 ? `?${query.join("&")}` : "";
  return { call: { method: method.toUpperCase(), path: address + search, headers, body }, problems };
}

/** Percent-encoded, but for what an address may hold and a reader wants to see: commas, colons, semicolons. */
const encodePart = (text: string) =>
  encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");

function parse(field: Field, value: string | File): { readonly value: unknown; readonly problem: string | null } {
  if (value instanceof File || field.kind === "file") return { value, problem: null };
  if (field.kind === "number") {
    const number = Number(value);
    return { value: number, problem: Number.isFinite(number) ? null : "This has to be a number." };
  }
  if (field.kind === "choice" && /^(true|false)$/.test(value)) return { value: value === "true", problem: null };
  if (field.kind !== "json") return { value, problem: null };
  try {
    return { value: JSON.parse(value), problem: null };
  } catch {
    return { value: null, problem: 'This has to be JSON, as in {"name": "value"}.' };
  }
}
