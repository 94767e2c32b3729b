// Entry of /docs: Swagger UI over our own OpenAPI document, from our own origin, asking nobody else anything.
import "../trusted-scripts.ts";
import "swagger-ui-dist/swagger-ui.css";
import "./reference.css";
import { groupRoutes } from "./group-routes.ts";

/** What Swagger UI's script leaves in the page; it is a file of its own, as it was published (see vite.config.ts). */
declare const SwaggerUIBundle: (options: {
  readonly spec: object;
  readonly dom_id: string;
  readonly deepLinking: boolean;
  readonly docExpansion: "list" | "none";
  readonly filter: boolean;
  readonly syntaxHighlight: { readonly activated: boolean };
  readonly validatorUrl: null;
}) => unknown;

const DOCUMENT = "/api/v1/openapi.json";

async function start(): Promise<void> {
  const answer = await fetch(DOCUMENT);
  if (!answer.ok) throw new Error(`${DOCUMENT} answered ${answer.status}`);
  SwaggerUIBundle({
    spec: groupRoutes(await answer.json()),
    dom_id: "#reference",
    deepLinking: true,
    // Groups first: beyond some 150 rows Swagger UI draws only those in view, and a page cannot be searched any more.
    docExpansion: "none",
    filter: true,
    // Its colours are too pale to read on their own background.
    syntaxHighlight: { activated: false },
    // It would send the document to a server of theirs.
    validatorUrl: null,
  });
}

start().catch((error: unknown) => {
  const place = document.getElementById("reference");
  if (place) place.textContent = "The server could not be reached. Reload this page in a moment.";
  console.error(error);
});
