// What a browser keeps of a person, and how it goes: nobody who signs in later may find any of it.
import { keys } from "./keys.ts";
import { queryClient } from "./query-client.ts";

const UPLOADS_PREFIX = "heliograph-uploads-";
const KEY_PREFIX = "heliograph-";
/** How long (ms) a sign-out waits for a database another tab still holds open; that tab lets go when it hears of it. */
const DELETE_WAIT_MS = 1500;

/** Everything but the uploads of `keptUserId`; null keeps nothing. What is in memory goes with the page: load a new one. */
export async function forgetOthers(keptUserId: string | null): Promise<void> {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
  for (const key of Object.keys(localStorage)) if (key.startsWith(KEY_PREFIX)) localStorage.removeItem(key);
  const kept = keptUserId === null ? null : UPLOADS_PREFIX + keptUserId;
  const databases = (await indexedDB.databases?.().catch(() => [])) ?? [];
  const names = databases.flatMap(({ name }) => (name?.startsWith(UPLOADS_PREFIX) && name !== kept ? [name] : []));
  await Promise.race([
    Promise.all(names.map(removeDatabase)),
    new Promise((resolve) => setTimeout(resolve, DELETE_WAIT_MS)),
  ]);
}

function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => resolve();
  });
}
