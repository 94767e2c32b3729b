// A one-time link being opened. Where somebody is signed in it is asked about first: a link somebody else sent must not put
// them into that other account. One that its account must be signed in for waits, in memory only.
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { ApiError } from "../../api.ts";
import { waysIn } from "../../identity-api.ts";
import { askSession, refreshSession } from "../../queries/session.ts";
import { toast } from "../../ui/toasts.tsx";
import { readToken } from "./read-token.ts";
import type { Attempts } from "./use-sign-in.ts";

export type LinkStage =
  | { readonly at: "none" }
  | { readonly at: "opening" }
  /** Somebody is signed in: not spent before they say so. */
  | { readonly at: "asking"; readonly token: string }
  /** It confirms an address of an account that is not signed in here; nothing is spent. */
  | { readonly at: "waiting"; readonly token: string }
  /** The same, and another account is signed in here. */
  | { readonly at: "foreign" }
  /** The page is being left for where the link led. */
  | { readonly at: "done" };

export interface Opening {
  readonly stage: LinkStage;
  open(token: string): Promise<void>;
  leave(): void;
}

const REFUSED = {
  title: "This link does not work any more",
  next: "Each link works once and not for long. Ask for a new one here, or look further down in Heliograph's terminal.",
};

export function useLink(hash: string, user: UserInfo | null, { run, isBusy }: Attempts): Opening {
  const navigate = useNavigate();
  const [stage, setStage] = useState<LinkStage>(() => ({ at: readToken(location.hash) === null ? "none" : "opening" }));
  const tried = useRef<string | null>(null);
  const isSignedIn = user !== null;

  /** `spend` answers what is next when there is no session to enter. */
  const attempt = useCallback(
    async (spend: () => Promise<LinkStage | null>) => {
      let next: LinkStage = { at: "none" };
      setStage({ at: "opening" });
      await run(async () => {
        const stays = await spend();
        if (stays === null) return undefined;
        next = stays;
        return "nobody";
      }, REFUSED);
      setStage(next);
    },
    [run],
  );

  const spend = useCallback(
    async (token: string): Promise<LinkStage | null> => {
      try {
        const { purpose } = await waysIn.link(token);
        // The others (setup, sign-in, register) begin a session.
        if (purpose !== "verify") return null;
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "sign-in-first") throw error;
        return (await askSession()) === null ? { at: "waiting", token } : { at: "foreign" };
      }
      await refreshSession();
      toast("Your address is confirmed", { tone: "ok" });
      void navigate({ to: "/settings/$section", params: { section: "profile" }, replace: true });
      return { at: "done" };
    },
    [navigate],
  );
  const open = useCallback((token: string) => attempt(() => spend(token)), [attempt, spend]);

  useEffect(() => {
    const token = readToken(`#${hash}`);
    if (token === null || tried.current === token) return;
    tried.current = token;
    // Out of the address bar and the history before anything else can happen to it.
    history.replaceState(history.state, "", location.pathname + location.search);
    void attempt(async () => ((await askSession()) === null ? spend(token) : { at: "asking", token }));
  }, [hash, attempt, spend]);

  useEffect(() => {
    // Once: whoever has come is the account that asked, or a stranger to the link.
    if (stage.at === "waiting" && isSignedIn && !isBusy) void open(stage.token);
  }, [stage, isSignedIn, isBusy, open]);

  const leave = useCallback(() => setStage({ at: "none" }), []);
  return { stage, open, leave };
}
