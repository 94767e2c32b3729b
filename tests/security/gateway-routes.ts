// The routes the gateway really has, by loading the app itself. What only workerd can load must be mocked by the test.
import type { AccessRule } from "../../workers/gateway/access/access-rules.ts";
import { ACCESS_RULES } from "../../workers/gateway/access/access-rules.ts";

export interface GatewayRoute {
  readonly method: string;
  /** Hono's pattern. */
  readonly path: string;
  readonly rule: AccessRule | undefined;
}

/** Every route once, in the order of the rules; those that lack one come last. */
export async function gatewayRoutes(): Promise<GatewayRoute[]> {
  const { app } = await import("../../workers/gateway/app.ts");
  const names = [...new Set(app.routes.map(({ method, path }) => `${method} ${path}`))];
  const order = Object.keys(ACCESS_RULES);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return (
    names
      // Middleware is registered for every method, too; only rules can tell it from a route for every method.
      .filter((name) => !name.startsWith("ALL ") || name in ACCESS_RULES)
      .sort((a, b) => place(a) - place(b))
      .map((name) => {
        const [method = "", path = ""] = name.split(" ");
        return { method, path, rule: ACCESS_RULES[name] };
      })
  );
}

/** Puts values into a pattern: `:name` by name, `*` by a word. */
export function fillPath(path: string, fill: (name: string) => string): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(fill(name))).replace("*", "nothing");
}
