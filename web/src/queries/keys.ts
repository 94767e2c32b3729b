// Every query key, in one place, so that an invalidation cannot miss its query by a typo.
export const keys = {
  session: ["session"],
  health: ["health"],
  photos: ["photos"],
  photo: (id: string) => ["photos", id],
  faces: (id: string) => ["photos", id, "faces"],
  recent: ["photos", "recent"],
  consent: ["consent", "faces"],
  people: ["people"],
  peopleSection: (section: string) => ["people", "list", section],
  peopleNamed: (text: string) => ["people", "named", text],
  person: (id: string) => ["people", "one", id],
  personFaces: (id: string) => ["people", "faces", id],
  questions: ["people", "questions"],
  faceSearch: ["people", "search"],
  peopleHistory: ["people", "history"],
  waysIn: ["ways-in"],
  passkeys: ["account", "passkeys"],
  identities: ["account", "identities"],
  sessions: ["account", "sessions"],
  apiKeys: ["account", "api-keys"],
  urlKeys: ["account", "url-keys"],
  grants: ["account", "grants"],
  clients: ["account", "clients"],
  activity: ["account", "activity"],
  export: ["account", "export"],
  apiDocument: ["api-document"],
  photosToTry: ["photos", "to-try"],
  versions: (photoId: string) => ["photos", photoId, "versions"],
  adminUsers: ["admin", "users"],
  usersMatching: (text: string) => ["admin", "users", text],
  invitations: ["admin", "invitations"],
  identitySettings: ["admin", "identity"],
  providers: ["admin", "providers"],
  auditUsers: ["admin", "users", "for-audit"],
  auditOf: (action: string | null, user: string | null) => ["admin", "audit", action, user],
} as const;

/** Of people, and of the faces of a photo: what changes with every decision about them, and goes with the consent. */
export function isAboutFaces({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean {
  return queryKey[0] === "people" || (queryKey[0] === "photos" && queryKey[2] === "faces");
}
