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
} as const;

/** Of people, and of the faces of a photo: what changes with every decision about them, and goes with the consent. */
export function isAboutFaces({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean {
  return queryKey[0] === "people" || (queryKey[0] === "photos" && queryKey[2] === "faces");
}
