// The token in whatever a person pastes: the whole link, its fragment, or the bare token.
export function readToken(text: string): string | null {
  const trimmed = text.trim();
  const inLink = /[#?&]token=([^&\s]+)/.exec(trimmed)?.[1];
  if (inLink !== undefined) return decodeURIComponent(inLink);
  return /^[\w.~-]{16,}$/.test(trimmed) ? trimmed : null;
}
