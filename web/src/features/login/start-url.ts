// The address that begins a round trip to a provider, with the way back.
export function startAt(startUrl: string, to: string, more: Readonly<Record<string, string>> = {}): string {
  const url = new URL(startUrl, location.origin);
  url.searchParams.set("to", to);
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return url.href;
}
