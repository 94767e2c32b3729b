// The page's one Trusted Types policy: scripts come from our own origin, and nothing becomes markup from a string. The
// Content-Security-Policy allows no second policy, so that whatever else tries is refused by the browser.

interface TrustedTypes {
  createPolicy(name: "default", rules: { createScriptURL(url: string): string }): unknown;
}

/** Absent where a browser does not know them yet. */
const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };

trustedTypes?.createPolicy("default", {
  createScriptURL(url) {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError("scripts come from our own origin");
    return url;
  },
});
