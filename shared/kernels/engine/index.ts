// AssemblyScript. What the engine exports: a table of contents, no logic.
export { allocate, mark, release } from "./arena";
