// An act of a button: runs once at a time, says aloud that it is done, and has what it changed read again.
import { useMutation } from "@tanstack/react-query";
import { queryClient } from "../../queries/query-client.ts";
import { announce } from "../../ui/live-region.tsx";

interface Act<Input, Output> {
  readonly run: (input: Input) => Promise<Output>;
  /** Keys of the queries it changes. */
  readonly changes: readonly (readonly unknown[])[];
  readonly done?: string;
}

export function useAct<Input = void, Output = void>({ run, changes, done }: Act<Input, Output>) {
  return useMutation({
    mutationFn: run,
    onSuccess: () => {
      if (done) announce(done);
      for (const queryKey of changes) void queryClient.invalidateQueries({ queryKey });
    },
  });
}
