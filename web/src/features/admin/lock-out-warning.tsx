// An admin's change that would leave people without a way in: how many, and going ahead all the same.
import { ApiError } from "../../api.ts";
import { Button } from "../../ui/button.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";

/** What failed; for a lock-out the server's own sentence, which counts the people, and a button. */
export function LockOutWarning({ what, error, onForce }: { what: string; error: unknown; onForce: () => void }) {
  if (!(error instanceof ApiError && error.code === "last-sign-in-method"))
    return <Failure what={what} error={error} />;
  return (
    <Notice
      tone="warn"
      title={what}
      actions={
        <Button small kind="danger" onClick={onForce}>
          Do it anyway
        </Button>
      }
    >
      {error.problem?.detail ?? "Somebody could not sign in any more."}
    </Notice>
  );
}
