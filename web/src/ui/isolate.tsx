// Words somebody else chose (names) inside our sentences: kept from turning anything around them around.

/** What comes before these (Latin, Greek, Cyrillic, Armenian and their marks) reads left to right, as our sentences do. */
const MAY_TURN = /[\u0590-\uffff]/;
/** Isolate controls (LRI, RLI, FSI, PDI): one too many inside a name would end our isolate before the name ends. */
const ISOLATE_CONTROLS = /[\u2066-\u2069]/g;

/** For plain strings: toasts, announcements, labels. FSI…PDI, UAX #9, section 2.4.2; https://www.unicode.org/reports/tr9/ */
export function isolate(name: string): string {
  return MAY_TURN.test(name) ? `\u2068${name.replace(ISOLATE_CONTROLS, "")}\u2069` : name;
}

/** For what is drawn. */
export function Isolated({ children }: { readonly children: string }) {
  return <bdi>{children.replace(ISOLATE_CONTROLS, "")}</bdi>;
}
