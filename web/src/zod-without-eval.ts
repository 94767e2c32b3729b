// What "zod" means in the browser build (see vite.config.ts). zod compiles parsers with `new Function` unless told not to
// before the first schema is made; the page's CSP would report that. Whoever imports zod therefore gets it told.
import { globalConfig } from "zod/v4/core";

// Not `config({…})`: bundlers take that call for one without effects and drop it.
globalConfig.jitless = true;

export * from "zod/v4";
