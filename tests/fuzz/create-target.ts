// Which target stands behind a name.
import type { FuzzTarget, FuzzTargetName } from "./fuzz-target.ts";
import { createExifTarget } from "./targets/exif-target.ts";
import { createHeadersTarget } from "./targets/headers-target.ts";
import { createJpegTarget } from "./targets/jpeg-target.ts";
import { createPngTarget } from "./targets/png-target.ts";

export async function createFuzzTarget(name: FuzzTargetName): Promise<FuzzTarget> {
  switch (name) {
    case "headers":
      return await createHeadersTarget();
    case "exif":
      return await createExifTarget();
    case "jpeg":
      return await createJpegTarget();
    case "png":
      return await createPngTarget();
  }
}
