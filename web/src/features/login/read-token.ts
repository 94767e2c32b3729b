// The token in whatever a person pastes: the whole link, its fragment, or the bare token.
export function readToken(text: string): string | null {
  const trimmed = text.trim();
  const inLink = /[#?&]token=([^&\s]+)/.exec(trimmed)?.[1];
  if (inLink !== undefined) return decodeURIComponent(inLink);
  return /^[\w.~-]{16,}$/.test(trimmed) ? trimmed : null;
}

/** Letters of invitation lead to the sign-in page too. */
export function readInvitation(hash: string): string | null {
  const token = /^#invitation=([\w.~-]+)$/.exec(hash)?.[1];
  return token ?? null;
}
