// Must be the first import of every entry: zod compiles parsers with `new Function` unless told not to before the
// first schema is made, and the page's CSP would report that attempt as a violation.
import { config } from "zod";

config({ jitless: true });
