// Whether this bundle was built for one machine (`npm run dev`, tests). The name is replaced at build time: wrangler.toml
// defines it false, so a deployed bundle contains neither the event bridge nor fault injection, whatever its variables say.
declare const HELIOGRAPH_LOCAL_BUILD: boolean;

export const IS_LOCAL_BUILD: boolean = typeof HELIOGRAPH_LOCAL_BUILD !== "undefined" && HELIOGRAPH_LOCAL_BUILD;
