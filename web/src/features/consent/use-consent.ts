// Whether faces may be recognised, and the two ways to change it. Read again while something is under way.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { FaceConsent } from "../../../../shared/contracts/consent.ts";
import { consent as api } from "../../people-api.ts";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { refreshFaces, refreshPeople } from "../people/decide.ts";
import { forgetFaces } from "./forget-faces.ts";

/** How often (ms) the numbers are read again while photos are being indexed or face data is being deleted. */
const WORKING_EVERY_MS = 2000;

export const isWorking = (consent: FaceConsent): boolean => consent.isDeleting || consent.photosIndexing > 0;

/** What holds now. Who hears here of a withdrawal (another tab's, another device's) follows it. */
export async function readConsent(signal?: AbortSignal): Promise<FaceConsent> {
  const wasEffective = queryClient.getQueryData<FaceConsent>(keys.consent)?.effective === true;
  const answer = await api.get(signal);
  if (wasEffective && !answer.effective) {
    forgetFaces();
    void refreshFaces();
  }
  return answer;
}

/** Turning on sends back the version of the sentence that was shown; turning off deletes everything there is. */
export async function decideConsent(granted: boolean): Promise<FaceConsent> {
  const shown = queryClient.getQueryData<FaceConsent>(keys.consent);
  const answer = granted ? await api.grant(shown?.version ?? 1) : await api.withdraw();
  await queryClient.cancelQueries({ queryKey: keys.consent });
  queryClient.setQueryData(keys.consent, answer);
  if (!answer.effective) forgetFaces();
  await refreshPeople();
  return answer;
}

export function useConsent() {
  return useQuery({
    queryKey: keys.consent,
    queryFn: ({ signal }) => readConsent(signal),
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? WORKING_EVERY_MS : false),
  });
}

export function useDecideConsent() {
  return useMutation({
    mutationFn: decideConsent,
    // Somebody may have decided in another tab, or the sentence has a new version: show what is true.
    onError: () => queryClient.invalidateQueries({ queryKey: keys.consent }),
  });
}
