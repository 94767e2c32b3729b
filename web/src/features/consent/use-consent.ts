// Whether faces may be recognised, and the two ways to change it. Read again while something is under way.
import { useMutation, useQuery } from "@tanstack/react-query";
import type { FaceConsent } from "../../../../shared/contracts/consent.ts";
import { consent as api } from "../../people-api.ts";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { refreshPeople } from "../people/decide.ts";

/** How often (ms) the numbers are read again while photos are being indexed or face data is being deleted. */
const WORKING_EVERY_MS = 2000;

export const isWorking = (consent: FaceConsent): boolean => consent.isDeleting || consent.photosIndexing > 0;

export function useConsent() {
  return useQuery({
    queryKey: keys.consent,
    queryFn: ({ signal }) => api.get(signal),
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? WORKING_EVERY_MS : false),
  });
}

/** Turning on sends back the version of the sentence that was shown; turning off deletes everything there is. */
export function useDecideConsent() {
  return useMutation({
    mutationFn: (granted: boolean) => {
      const shown = queryClient.getQueryData<FaceConsent>(keys.consent);
      return granted ? api.grant(shown?.version ?? 1) : api.withdraw();
    },
    onSuccess: async (answer) => {
      await queryClient.cancelQueries({ queryKey: keys.consent });
      queryClient.setQueryData(keys.consent, answer);
      // What is being deleted must not be shown again from memory.
      if (!answer.effective) queryClient.removeQueries({ queryKey: keys.people });
      await refreshPeople();
    },
    // Somebody may have decided in another tab, or the sentence has a new version: show what is true.
    onError: () => queryClient.invalidateQueries({ queryKey: keys.consent }),
  });
}
