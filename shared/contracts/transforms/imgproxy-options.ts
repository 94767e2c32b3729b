// imgproxy's options one by one: long names, short names, arguments (docs.imgproxy.net/usage/processing).
import { RENDER_MAX_SIDE_PX } from "../limits.ts";
import {
  quoted,
  type Refuse,
  readColour,
  readFactor,
  readFlag,
  readNumber,
  readRotation,
  readShare,
  readWhole,
  readWord,
} from "./option-values.ts";
import { FORMAT_WORDS, readOption } from "./parse-ops.ts";
import { isPreset, PRESETS } from "./presets.ts";
import { PAD_MAX_PX } from "./structured-options.ts";
import type { Gravity } from "./transform.ts";
import { readDpr, type TransformDraft } from "./transform-draft.ts";

export const IMGPROXY_SIDES = {
  ce: "center",
  no: "north",
  noea: "northeast",
  ea: "east",
  soea: "southeast",
  so: "south",
  sowe: "southwest",
  we: "west",
  nowe: "northwest",
} as const;
const RESIZING_TYPES = { fit: "fit", fill: "fill", force: "force" } as const;
/** Thresholds and channels are bytes there. */
export const BYTE_MAX = 255;

export interface ImgproxyDraft extends TransformDraft {
  type?: "fit" | "fill" | "force" | undefined;
  mayEnlarge?: boolean | undefined;
  mayExtend?: boolean | undefined;
  extendGravity?: Gravity | undefined;
  /** Width, height and, where said, the gravity of a cut. */
  cut?: readonly string[] | undefined;
  isStripped?: boolean | undefined;
  keepsCopyright?: boolean | undefined;
}

type ReadOption = (draft: ImgproxyDraft, values: readonly string[], refuse: Refuse) => void;

/** 0 is "by the other side". */
function side(text: string | undefined, refuse: Refuse): number | undefined {
  return text === undefined || text === "" ? undefined : readWhole(text, 0, RENDER_MAX_SIDE_PX, refuse) || undefined;
}

const width: ReadOption = (draft, [text], refuse) => {
  draft.width = side(text, refuse);
};
const height: ReadOption = (draft, [text], refuse) => {
  draft.height = side(text, refuse);
};
const resizingType: ReadOption = (draft, [text = ""], refuse) => {
  if (text === "auto" || text === "fill-down") refuse(`${text} needs the photo's size: say fit or fill`);
  else if (text !== "") draft.type = readWord(text, RESIZING_TYPES, refuse);
};
const enlarge: ReadOption = (draft, [text = ""], refuse) => {
  draft.mayEnlarge = readFlag(text === "" ? "0" : text, refuse);
};
const extend: ReadOption = (draft, [text = "", ...gravity], refuse) => {
  draft.mayExtend = readFlag(text === "" ? "0" : text, refuse);
  if (gravity.length > 0) draft.extendGravity = readGravityValues(gravity, refuse);
};
const size: ReadOption = (draft, [w, h, el, ...ex], refuse) => {
  width(draft, [w ?? ""], refuse);
  height(draft, [h ?? ""], refuse);
  if (el !== undefined) enlarge(draft, [el], refuse);
  if (ex.length > 0) extend(draft, ex, refuse);
};
const brightness: ReadOption = (draft, [text = ""], refuse) => {
  const steps = readNumber(text === "" ? "0" : text, { min: -BYTE_MAX, max: BYTE_MAX, decimals: 3 }, refuse);
  draft.brightness = steps === undefined ? undefined : 1 + steps / BYTE_MAX;
};
const contrast: ReadOption = (draft, [text = ""], refuse) => {
  draft.contrast = text === "" ? undefined : readFactor(text, 0, 10, refuse);
};
const saturation: ReadOption = (draft, [text = ""], refuse) => {
  draft.saturation = text === "" ? undefined : readFactor(text, 0, 10, refuse);
};
const ignored: ReadOption = () => {};

export const IMGPROXY_OPTIONS: Readonly<Record<string, ReadOption>> = {
  resize: (draft, [type = "", ...rest], refuse) => {
    resizingType(draft, [type], refuse);
    size(draft, rest, refuse);
  },
  size,
  resizing_type: resizingType,
  width,
  height,
  dpr: (draft, [text = ""], refuse) => readDpr(draft, text, refuse),
  enlarge,
  extend,
  gravity: (draft, values, refuse) => {
    draft.gravity = readGravityValues(values, refuse);
  },
  crop: (draft, values) => {
    draft.cut = values;
  },
  trim: (draft, [threshold = "", colour = "", equalAcross = "", equalDown = ""], refuse) => {
    if (colour !== "" || equalAcross !== "" || equalDown !== "") refuse("takes a threshold only");
    const steps = readNumber(threshold, { min: 0, max: BYTE_MAX, decimals: 4 }, refuse);
    draft.trim = steps === undefined ? undefined : (steps / BYTE_MAX) * 100;
  },
  padding: (draft, values, refuse) => {
    const inset = (text: string | undefined, other: number | undefined) =>
      text === undefined || text === "" ? other : readWhole(text, 0, PAD_MAX_PX, refuse);
    const top = inset(values[0], 0);
    const right = inset(values[1], top);
    const bottom = inset(values[2], top);
    const left = inset(values[3], right);
    if (top === undefined || right === undefined || bottom === undefined || left === undefined) return;
    draft.pad = { top, right, bottom, left };
  },
  auto_rotate: (_draft, [text = ""], refuse) => {
    if (readFlag(text, refuse) === false) refuse("cannot be off: photos are shown upright here");
  },
  rotate: (draft, [text = ""], refuse) => {
    draft.rotate = readRotation(text, refuse) || undefined;
  },
  flip: (draft, [across = "", down = "0"], refuse) => {
    const h = readFlag(across === "" ? "0" : across, refuse);
    const v = readFlag(down === "" ? "0" : down, refuse);
    draft.flip = h && v ? "hv" : h ? "h" : v ? "v" : undefined;
  },
  background: (draft, values, refuse) => {
    if (values.length === 3) {
      const channels = values.map((text) => readWhole(text, 0, BYTE_MAX, refuse));
      if (channels.some((channel) => channel === undefined)) return;
      draft.background = channels.map((channel = 0) => channel.toString(16).padStart(2, "0")).join("");
    } else draft.background = values[0] === "" ? undefined : readColour(values[0] ?? "", refuse);
  },
  adjust: (draft, [b = "", c = "", s = ""], refuse) => {
    brightness(draft, [b], refuse);
    contrast(draft, [c], refuse);
    saturation(draft, [s], refuse);
  },
  brightness,
  contrast,
  saturation,
  monochrome: (draft, [intensity = "", ...colour], refuse) => {
    if (colour.length > 0 || (intensity !== "1" && intensity !== "0")) refuse("takes 1 for grey, and no colour");
    else draft.isGrey = intensity === "1" ? true : undefined;
  },
  blur: (draft, [sigma = ""], refuse) => {
    draft.blur = sigma === "0" ? undefined : readFactor(sigma, 0.3, 100, refuse);
  },
  sharpen: (draft, [sigma = ""], refuse) => {
    draft.sharpen = readFactor(sigma, 0, 10, refuse) || undefined;
  },
  pixelate: (draft, [block = ""], refuse) => {
    const px = readWhole(block, 0, 256, refuse);
    draft.pixelate = px === undefined || px < 2 ? undefined : px;
  },
  strip_metadata: (draft, [text = ""], refuse) => {
    draft.isStripped = readFlag(text, refuse);
  },
  keep_copyright: (draft, [text = ""], refuse) => {
    draft.keepsCopyright = readFlag(text, refuse);
  },
  quality: (draft, [text = ""], refuse) => {
    draft.quality = readWhole(text, 0, 100, refuse) || undefined;
  },
  format: (draft, [text = ""], refuse) => {
    draft.format = readWord(text, FORMAT_WORDS, refuse);
  },
  preset: (draft, names, refuse) => {
    for (const name of names) {
      if (!isPreset(name)) return refuse(`knows ${Object.keys(PRESETS).join(", ")}, not ${quoted(name)}`);
      for (const option of PRESETS[name].split(",")) {
        const at = option.indexOf("_");
        readOption(draft, option.slice(0, at), option.slice(at + 1), []);
      }
    }
    return undefined;
  },
  // Said of the answer, of caches and of sources we do not have; whoever asks still needs our own leave.
  cachebuster: ignored,
  expires: ignored,
  filename: ignored,
  return_attachment: ignored,
  strip_color_profile: ignored,
  enforce_thumbnail: ignored,
  disable_animation: ignored,
};

export const IMGPROXY_SHORT_NAMES: Readonly<Record<string, string>> = {
  rs: "resize",
  s: "size",
  rt: "resizing_type",
  w: "width",
  h: "height",
  el: "enlarge",
  ex: "extend",
  g: "gravity",
  c: "crop",
  t: "trim",
  pd: "padding",
  ar: "auto_rotate",
  rot: "rotate",
  fl: "flip",
  bg: "background",
  a: "adjust",
  br: "brightness",
  co: "contrast",
  sa: "saturation",
  mc: "monochrome",
  bl: "blur",
  sh: "sharpen",
  pix: "pixelate",
  sm: "strip_metadata",
  kcr: "keep_copyright",
  q: "quality",
  f: "format",
  ext: "format",
  pr: "preset",
  cb: "cachebuster",
  exp: "expires",
  fn: "filename",
  att: "return_attachment",
  scp: "strip_color_profile",
  eth: "enforce_thumbnail",
  da: "disable_animation",
};

/** `type:x:y`; offsets only where a cut has them (readCut). */
export function readGravityValues([type = "", ...places]: readonly string[], refuse: Refuse): Gravity | undefined {
  if (type === "sm") return { kind: "auto" };
  if (type === "obj" || type === "objw") {
    const isFace = places.length === 1 && places[0] === "face" && type === "obj";
    return isFace ? { kind: "face" } : refuse("of objects knows obj:face only");
  }
  if (type === "fp") {
    const [x, y] = [places[0] ?? "", places[1] ?? ""].map((text) => readShare(text, refuse));
    return x === undefined || y === undefined ? undefined : { kind: "point", x, y };
  }
  const side = readWord(type, IMGPROXY_SIDES, refuse);
  if (side === undefined) return undefined;
  if (places.some((offset) => offset !== "" && Number(offset) !== 0))
    return refuse("takes no offsets; a point is fp:x:y");
  return { kind: "side", side };
}
