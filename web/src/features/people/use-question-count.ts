// How many "Same person?" questions there are.
import { useQuery } from "@tanstack/react-query";
import { people as api } from "../../people-api.ts";
import { keys } from "../../queries/keys.ts";

export function useQuestionCount(): number {
  const { data } = useQuery({ queryKey: keys.questions, queryFn: ({ signal }) => api.suggestions(1, signal) });
  return data?.total ?? 0;
}
