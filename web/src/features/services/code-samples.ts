// The same call in other words: curl, fetch, Python. Pure; whatever is in a value stays inside its quotes.
import type { Call } from "./prepare-call.ts";

/** Stands where a key of the reader's own belongs. */
export const KEY_PLACEHOLDER = "hg_your_key";

export const SAMPLE_KINDS = ["curl", "fetch", "python"] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];

export function sampleCode(kind: SampleKind, call: Call, origin: string): string {
  return { curl, fetch: fetchCode, python }[kind](call, origin);
}

/** POSIX: within single quotes nothing is special but the quote itself. */
export const shellQuote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function headersOf(call: Call): [string, string][] {
  const type: [string, string][] =
    call.body.kind === "json"
      ? [["Content-Type", "application/json"]]
      : call.body.kind === "bytes"
        ? [["Content-Type", call.body.file.type || "application/octet-stream"]]
        : [];
  return [["Authorization", `Bearer ${KEY_PLACEHOLDER}`], ...type, ...Object.entries(call.headers)];
}

function curl(call: Call, origin: string): string {
  const { body } = call;
  const lines = [
    `curl ${call.method === "GET" ? "" : `-X ${call.method} `}${shellQuote(origin + call.path)}`,
    ...headersOf(call).map(([name, value]) => `-H ${shellQuote(`${name}: ${value}`)}`),
    ...(body.kind === "json" ? [`-d ${shellQuote(JSON.stringify(body.value))}`] : []),
    ...(body.kind === "form" ? body.parts.map(([name, value]) => `-F ${shellQuote(`${name}=${partOf(value)}`)}`) : []),
    ...(body.kind === "bytes" ? [`--data-binary ${shellQuote(`@${body.file.name}`)}`] : []),
    // A picture has no place in a terminal.
    ...(call.method === "GET" ? ["--location --output answer"] : []),
  ];
  return lines.join(" \\\n  ");
}

const partOf = (value: string | File) => (value instanceof File ? `@${value.name}` : value);

/** A string of JSON is one of JavaScript and of Python as well. */
const literal = (value: unknown, indent = 0) => JSON.stringify(value, null, indent);

function fetchCode(call: Call, origin: string): string {
  const { body } = call;
  const before =
    body.kind === "form"
      ? [
          "const form = new FormData();",
          ...body.parts.map(
            ([name, value]) =>
              `form.append(${literal(name)}, ${value instanceof File ? `file, ${literal(value.name)}` : literal(value)});`,
          ),
        ]
      : [];
  const lines = [
    ...before,
    `const response = await fetch(${literal(origin + call.path)}, {`,
    ...(call.method === "GET" ? [] : [`  method: ${literal(call.method)},`]),
    `  headers: ${literal(Object.fromEntries(headersOf(call)), 2).replaceAll("\n", "\n  ")},`,
    ...(body.kind === "json" ? [`  body: JSON.stringify(${literal(body.value, 2).replaceAll("\n", "\n  ")}),`] : []),
    ...(body.kind === "form" ? ["  body: form,"] : []),
    ...(body.kind === "bytes" ? ["  body: file,"] : []),
    "});",
    'console.log(response.status, response.headers.get("content-type"));',
  ];
  return lines.join("\n");
}

function python(call: Call, origin: string): string {
  const { body } = call;
  const files = body.kind === "form" ? body.parts.filter(([, value]) => value instanceof File) : [];
  const texts = body.kind === "form" ? body.parts.filter(([, value]) => !(value instanceof File)) : [];
  const lines = [
    "import requests",
    "",
    `response = requests.${call.method.toLowerCase()}(`,
    `    ${literal(origin + call.path)},`,
    `    headers=${toPython(Object.fromEntries(headersOf(call)))},`,
    ...(body.kind === "json" ? [`    json=${toPython(body.value)},`] : []),
    ...(files.length > 0
      ? [
          `    files={${files.map(([name, value]) => `${literal(name)}: open(${literal((value as File).name)}, "rb")`).join(", ")}},`,
        ]
      : []),
    ...(texts.length > 0 ? [`    data=${toPython(Object.fromEntries(texts))},`] : []),
    ...(body.kind === "bytes" ? [`    data=open(${literal(body.file.name)}, "rb"),`] : []),
    ")",
    'print(response.status_code, response.headers["content-type"])',
  ];
  return lines.join("\n");
}

function toPython(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(toPython).join(", ")}]`;
  if (typeof value !== "object") return literal(value);
  return `{${Object.entries(value)
    .map(([name, one]) => `${literal(name)}: ${toPython(one)}`)
    .join(", ")}}`;
}
