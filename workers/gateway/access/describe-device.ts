// A browser and its system in words, for people who look at their own sessions. A guess from a header; nothing decides by it.

/** The first that matches; what pretends to be others comes before them. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgi?A?(?:iOS)?\/\d/, "Edge"],
  [/\bOPR\/\d|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\/\d/, "Samsung Internet"],
  [/\bVivaldi\/\d/, "Vivaldi"],
  [/\bFirefox\/\d|\bFxiOS\/\d/, "Firefox"],
  [/\bCriOS\/\d|\bChrom(?:e|ium)\/\d/, "Chrome"],
  [/\bVersion\/\d.*\bSafari\/\d/, "Safari"],
  [/\bcurl\/\d/, "curl"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bWindows\b/, "Windows"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];

/** @param userAgent the header as it was sent, or null where there was none */
export function describeDevice(userAgent: string | null): string {
  const browser = nameIn(BROWSERS, userAgent ?? "");
  const system = nameIn(SYSTEMS, userAgent ?? "");
  if (browser === null && system === null) return "Unknown device";
  return system === null ? `${browser}` : `${browser ?? "A browser"} on ${system}`;
}

function nameIn(names: readonly (readonly [RegExp, string])[], userAgent: string): string | null {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
}
