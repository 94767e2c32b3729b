// Every query key, in one place, so that an invalidation cannot miss its query by a typo.
export const keys = {
  session: ["session"],
  health: ["health"],
  photos: ["photos"],
  photo: (id: string) => ["photos", id],
  faces: (id: string) => ["photos", id, "faces"],
  recent: ["photos", "recent"],
} as const;
