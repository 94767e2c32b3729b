// The routes of an OpenAPI document in groups by what they are about, for a reader. Pure.

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** Folders whose own name says nothing: what follows them does. */
const MOUNTS = new Set(["api", "v1", "media", "{grant}"]);
const GROUP_OF: Readonly<Record<string, string>> = {
  i: "renders",
  img: "renders",
  "url-keys": "renders",
  cf: "renders in other dialects",
  imgproxy: "renders in other dialects",
  thumbor: "renders in other dialects",
  iiif: "renders in other dialects",
  ".well-known": "discovery",
};

export function groupOf(path: string): string {
  const name = path.split("/").find((part) => part !== "" && !MOUNTS.has(part)) ?? "other";
  return GROUP_OF[name] ?? name.replaceAll("-", " ");
}

/** The document with a tag on every route, the groups in alphabetical order. */
export function groupRoutes<Document extends OpenApiDocument>(document: Document): Document {
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, route]) => [method, { ...route, tags: [groupOf(path)] }]),
      ),
    ]),
  );
  const names = [...new Set(Object.keys(document.paths).map(groupOf))].sort();
  return { ...document, paths, tags: names.map((name) => ({ name })) };
}
