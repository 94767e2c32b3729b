// The eight pages of the navigation, in order, with the letter that goes there after `g`.
import type { IconName } from "../../ui/icon.tsx";

export const SECTIONS = [
  { to: "/", label: "Home", icon: "home", letter: "h" },
  { to: "/gallery", label: "Gallery", icon: "gallery", letter: "g" },
  { to: "/upload", label: "Upload", icon: "upload", letter: "u" },
  { to: "/people", label: "People", icon: "people", letter: "p" },
  { to: "/search", label: "Search", icon: "search", letter: "s" },
  { to: "/albums", label: "Albums", icon: "albums", letter: "a" },
  { to: "/services", label: "Services", icon: "services", letter: "v" },
  { to: "/status", label: "Status", icon: "status", letter: "t" },
] as const satisfies readonly { to: string; label: string; icon: IconName; letter: string }[];

/** The bottom bar of a phone has room for these and "More". */
export const ON_BOTTOM_BAR: ReadonlySet<string> = new Set(["/", "/gallery", "/upload", "/search"]);
