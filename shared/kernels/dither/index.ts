// AssemblyScript. What the dither module exports: a table of contents, no logic.
export { begin, floorsAt, inputAt, levelsAt, mapAt, nearestAt, outputAt, paletteAt, STRIP_ROWS, tapsAt, tonesAt } from "./areas";
export { setCube, setGrey, setList } from "./colours";
export { setDiffusion } from "./errors";
export { diffuseColour } from "./diffuse-colour";
export { diffuseGrey } from "./diffuse-grey";
export { hasHoles } from "./holes";
export { orderColour, orderGrey, setMap } from "./ordered";
export { setRiemersma, walk } from "./riemersma";
