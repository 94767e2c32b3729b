// Which methods a path takes, for the Allow header of a 405 (RFC 9110 §15.5.6).

/** @returns methods of the routes whose pattern (`:name` is one segment) fits the path, without middleware */
export function allowedMethods(routes: readonly { method: string; path: string }[], path: string): string[] {
  const segments = path.split("/");
  const fits = (pattern: string): boolean => {
    const parts = pattern.split("/");
    return (
      parts.length === segments.length &&
      parts.every((part, i) => (part.startsWith(":") ? segments[i] !== "" : part === segments[i]))
    );
  };
  return [
    ...new Set(routes.filter((route) => route.method !== "ALL" && fits(route.path)).map((route) => route.method)),
  ].sort();
}
