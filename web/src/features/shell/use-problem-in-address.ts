// A visit to a sign-in provider that failed comes back with `?problem=`: said once, and taken out of the address.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { ProviderVisitProblem } from "../../../../shared/contracts/sign-in.ts";
import { ERROR_WORDS } from "../../plain-words.ts";
import { toast } from "../../ui/toasts.tsx";

export function useProblemInAddress(isSaidByPage: boolean): void {
  const { problem } = useSearch({ strict: false });
  const navigate = useNavigate();
  useEffect(() => {
    if (problem === undefined || isSaidByPage) return;
    const known = ProviderVisitProblem.safeParse(problem);
    const { sentence, action } = ERROR_WORDS[known.success ? known.data : "provider-refused"];
    toast(`${sentence} ${action}`, { tone: "error" });
    void navigate({ to: ".", search: (search) => ({ ...search, problem: undefined }), replace: true });
  }, [problem, isSaidByPage, navigate]);
}
