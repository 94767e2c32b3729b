// AssemblyScript. What the vector module exports: a table of contents, no logic.
export { beginSearch, hitCount, searchFour, searchOne } from "./search";
export { hitsAt, queryAt, queryFromRow, queryScaleAt, reserve, rowAt, rowBytes, scaleAt } from "./store";
