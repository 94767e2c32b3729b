// Names for what is asked for most, as the options they stand for. What an address says beside a preset wins over it.

/** Ours to extend, not to change: addresses with them are in pages we do not know. */
export const PRESETS = {
  thumb: "w_160,h_160",
  small: "w_320,h_320",
  medium: "w_640,h_640",
  large: "w_1280,h_1280",
  avatar: "w_128,h_128,fit_cover,g_face",
  square: "w_512,h_512,fit_cover,g_auto",
} as const;

export type PresetName = keyof typeof PRESETS;

export function isPreset(name: string): name is PresetName {
  return Object.hasOwn(PRESETS, name);
}
