// What this page reads of an OpenAPI 3.1 document: operations, their parameters, and what a body holds. Pure.

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

export interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** An operation where the document has it. */
export interface Located {
  readonly method: string;
  /** As the document writes it, with {names}. */
  readonly path: string;
  readonly operation: Operation;
}

const SCHEMAS = "#/components/schemas/";
/** References that lead further than this go round in circles. */
const REF_MAX_DEPTH = 16;

/** The schema a reference stands for; {} for one that leads nowhere. */
export function resolve(document: OpenApi, schema: Schema | undefined): Schema {
  let found = schema ?? {};
  for (let depth = 0; found.$ref !== undefined; depth += 1) {
    if (depth === REF_MAX_DEPTH || !found.$ref.startsWith(SCHEMAS)) return {};
    found = document.components?.schemas?.[found.$ref.slice(SCHEMAS.length)] ?? {};
  }
  return found;
}

const withoutNames = (path: string) => path.replaceAll(/\{[^}]*\}/g, "{}");

/** "GET /photos/{id}" in the document, whatever its parameters are called there; null where it is not. */
export function findOperation(document: OpenApi, wanted: string): Located | null {
  const [verb = "", shape = ""] = wanted.split(" ");
  const method = verb.toLowerCase();
  for (const [path, methods] of Object.entries(document.paths)) {
    const operation = withoutNames(path) === withoutNames(shape) ? methods[method] : undefined;
    if (operation) return { method, path, operation };
  }
  return null;
}

export function typeOf(schema: Schema): string {
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  return types.find((type) => type !== "null") ?? (schema.properties ? "object" : "");
}

/** Something the schema takes: its example or default where it has one, else the simplest value of its type. */
export function sampleOf(document: OpenApi, schema: Schema | undefined, depth = 0): unknown {
  const found = resolve(document, schema);
  if (found.example !== undefined) return found.example;
  if (found.default !== undefined) return found.default;
  if (found.const !== undefined) return found.const;
  if (found.enum?.length) return found.enum[0];
  const choice = found.oneOf?.[0] ?? found.anyOf?.[0];
  if (depth > REF_MAX_DEPTH) return null;
  if (choice) return sampleOf(document, choice, depth + 1);
  switch (typeOf(found)) {
    case "object":
      return Object.fromEntries(
        Object.entries(found.properties ?? {})
          .filter(([name]) => found.required?.includes(name))
          .map(([name, property]) => [name, sampleOf(document, property, depth + 1)]),
      );
    case "array":
      return found.items ? [sampleOf(document, found.items, depth + 1)] : [];
    case "integer":
    case "number":
      return found.minimum ?? 1;
    case "boolean":
      return false;
    case "string":
      return "";
    default:
      return null;
  }
}
