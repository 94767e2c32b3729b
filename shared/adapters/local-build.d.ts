/**
 * True only in bundles built for one machine (`npm run dev`, the stack, tests). Replaced at build time: wrangler.toml
 * defines it false, so code behind `if (HELIOGRAPH_LOCAL_BUILD)` is not in a deployed bundle and no variable brings it back.
 */
declare const HELIOGRAPH_LOCAL_BUILD: boolean;
