// The last picture of an engine's arena moved down over what it was made from, so that what follows may use that memory.
import type { Engine } from "./engine.ts";
import type { PlanarImage, Plane } from "./planes.ts";

/** @param image whatever was allocated last, in one piece @param to a mark from before everything that is not needed any more */
export function movePlanesDown(engine: Engine, image: PlanarImage, to: number): PlanarImage {
  const from = image.planes[0].address;
  return engine.call((kernel) => {
    const end = kernel.mark();
    kernel.release(to);
    const address = kernel.allocate(end - from);
    engine.bytes().copyWithin(address, from, end);
    const planes = image.planes.map((plane): Plane => ({ ...plane, address: plane.address - from + address }));
    return { ...image, planes: planes as unknown as PlanarImage["planes"] };
  });
}
