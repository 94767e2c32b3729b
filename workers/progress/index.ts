// Entry: the progress hub's script. Reached only through its Durable Object namespace.
export { ProgressHub } from "./progress-hub.ts";

export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
