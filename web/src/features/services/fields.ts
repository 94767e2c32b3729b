// The form of an operation: one field per parameter and per part of its body, as the OpenAPI document has them. Pure.
import { type Located, type OpenApi, resolve, type Schema, sampleOf, typeOf } from "./open-api.ts";

/** Where a value goes. whole: it is the body itself. */
export type Place = "path" | "query" | "header" | "body" | "form" | "whole";

export interface Field {
  /** Of the form: place and name together. */
  readonly key: string;
  readonly name: string;
  readonly place: Place;
  readonly kind: "text" | "number" | "choice" | "json" | "file";
  readonly isRequired: boolean;
  readonly choices: readonly string[];
  /** What stands in it at first. */
  readonly start: string;
  readonly hint: string | null;
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "multipart/form-data";

export function fieldsOf(document: OpenApi, { operation }: Located): readonly Field[] {
  const fields = (operation.parameters ?? [])
    // Browsers send their own headers; what a call cannot do without is asked for.
    .filter((one) => one.in === "path" || one.in === "query" || (one.in === "header" && one.required === true))
    .map((one) =>
      fieldOf(document, {
        name: one.name,
        place: one.in as Place,
        schema: one.schema,
        isRequired: one.required ?? false,
        hint: one.description ?? null,
      }),
    );
  return [...fields, ...bodyFields(document, operation.requestBody?.content ?? {})];
}

function bodyFields(document: OpenApi, content: Readonly<Record<string, { schema?: Schema }>>): readonly Field[] {
  const [type, media] =
    Object.entries(content).find(([name]) => name === FORM_TYPE) ?? Object.entries(content)[0] ?? [];
  if (type === undefined) return [];
  const schema = resolve(document, media?.schema);
  if (type === JSON_TYPE || type === FORM_TYPE) {
    const place = type === JSON_TYPE ? "body" : "form";
    if (schema.properties)
      return Object.entries(schema.properties).map(([name, property]) =>
        fieldOf(document, {
          name,
          place,
          schema: property,
          isRequired: schema.required?.includes(name) ?? false,
          hint: property.description ?? null,
        }),
      );
    const start = JSON.stringify(sampleOf(document, schema), null, 2);
    return [{ ...whole, name: "Body", kind: "json", start, hint: null }];
  }
  return [{ ...whole, name: "File", kind: "file", start: "", hint: null }];
}

const whole = { key: "whole", place: "whole", isRequired: true, choices: [] } as const;

interface Described {
  readonly name: string;
  readonly place: Place;
  readonly schema: Schema | undefined;
  readonly isRequired: boolean;
  readonly hint: string | null;
}

function fieldOf(document: OpenApi, { name, place, schema, isRequired, hint }: Described): Field {
  const found = resolve(document, schema);
  const type = typeOf(found);
  const same = { key: `${place} ${name}`, name, place, isRequired, choices: [], hint: hint ?? rangeOf(found) };
  if (found.format === "binary") return { ...same, kind: "file", start: "" };
  if (found.enum || type === "boolean") {
    const values = (found.enum ?? ["true", "false"]).filter((value) => value !== null).map(String);
    const first = isRequired ? (values[0] ?? "") : "";
    return { ...same, kind: "choice", choices: values, start: asText(found.example ?? found.default) ?? first };
  }
  const isPlain = type === "string" || type === "" || type === "integer" || type === "number";
  if (isPlain && !found.oneOf && !found.anyOf) {
    const kind = type === "integer" || type === "number" ? "number" : "text";
    return { ...same, kind, start: asText(found.example ?? found.default) ?? "" };
  }
  const start = isRequired ? JSON.stringify(sampleOf(document, found), null, 2) : "";
  return { ...same, kind: "json", start };
}

const asText = (value: unknown): string | null => (value === undefined || value === null ? null : String(value));

function rangeOf({ minimum, maximum }: Schema): string | null {
  if (minimum === undefined || maximum === undefined) return null;
  return Math.abs(maximum) >= Number.MAX_SAFE_INTEGER ? `At least ${minimum}` : `${minimum} to ${maximum}`;
}
