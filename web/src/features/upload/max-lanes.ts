// HTTP/1.1 gives a page six connections to one host. Uploads must leave some to thumbnails and the API.
import { LANES_MAX } from "./engine/lane-control.ts";

const LANES_OVER_HTTP1 = 4;

export function maxLanes(): number {
  const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return page?.nextHopProtocol === "h2" || page?.nextHopProtocol === "h3" ? LANES_MAX : LANES_OVER_HTTP1;
}
