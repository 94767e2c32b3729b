// Structured logs: one JSON line per fact, fields by name. Never an environment, a token, a vector or a whole object.

export type LogLevel = "info" | "warn" | "error";

export function log(
  level: LogLevel,
  event: string,
  fields: Readonly<Record<string, string | number | boolean | null | undefined>> = {},
): void {
  const line = JSON.stringify({ level, event, ...fields });
  if (level === "error") console.error(line);
  else if (level === "warn") console.warn(line);
  else console.log(line);
}

/** An error for the log: name, message and cause, without the stack's paths. */
export function errorText(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const under = cause.cause === undefined ? "" : ` (cause: ${errorText(cause.cause)})`;
  return `${cause.name}: ${cause.message}${under}`.slice(0, 1000);
}
