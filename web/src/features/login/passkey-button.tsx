// "Continue with a passkey", and the quiet offer of the same in the address field's suggestions.
import { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill } from "@simplewebauthn/browser";
import { useEffect } from "react";
import { waysIn } from "../../identity-api.ts";
import { Button } from "../../ui/button.tsx";
import { askForPasskey } from "./ask-for-passkey.ts";
import styles from "./login-page.module.css";
import type { Attempts } from "./use-sign-in.ts";

const REFUSED = {
  title: "This passkey does not open an account here",
  next: "It may have been removed, or belong to another address. Try another one, or choose another way.",
};

export function PasskeyButton({ attempts, offersQuietly }: { attempts: Attempts; offersQuietly: boolean }) {
  const { run } = attempts;

  useEffect(() => {
    if (!offersQuietly) return;
    let isOver = false;
    const offer = async () => {
      if (!(await browserSupportsWebAuthnAutofill()) || isOver) return;
      const options = await waysIn.passkeyOptions();
      if (isOver) return;
      const answer = await askForPasskey(options, true);
      if (!isOver) await run(() => waysIn.passkey(answer), REFUSED);
    };
    // Nobody asked for this: when it ends without an answer, there is nothing to say.
    offer().catch(() => {});
    return () => {
      isOver = true;
    };
  }, [offersQuietly, run]);

  if (!browserSupportsWebAuthn()) {
    return <p className={styles.quietWords}>This browser cannot use passkeys here. They need a secure address.</p>;
  }
  return (
    <Button
      kind="primary"
      icon="key"
      // Too many passwords, or links, are no reason to wait with a passkey.
      disabled={attempts.isBusy || (attempts.waitSeconds > 0 && attempts.trouble?.refused === REFUSED)}
      onClick={() => void run(async () => waysIn.passkey(await askForPasskey(await waysIn.passkeyOptions())), REFUSED)}
    >
      {attempts.isBusy ? "Signing in…" : "Continue with a passkey"}
    </Button>
  );
}
