// Where to go after signing in: only a path of ours, never another site that a link smuggled in.
export function safeTarget(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) && !to.startsWith("/login") ? to : "/";
}
