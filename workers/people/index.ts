// Entry: the people index's script. Reached only through its Durable Object namespace.
export { PeopleIndex } from "./people-index.ts";

export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
