// The limit in force as SQL, for a row of `users`: its own, or the installation's; NULL is no limit. The triggers of migration 0008
// say the same.
const presetOf = (name: "defaultQuotaBytes" | "defaultQuotaPhotos"): string =>
  `(SELECT value->>'${name}' FROM settings WHERE name = 'identity')`;

export const EFFECTIVE_QUOTA = {
  bytes: `coalesce(users.quota_bytes, ${presetOf("defaultQuotaBytes")})`,
  photos: `coalesce(users.quota_photos, ${presetOf("defaultQuotaPhotos")})`,
} as const;
