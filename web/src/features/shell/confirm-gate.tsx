// Where the one question "is it you?" appears, over whatever asked for it. Its code is fetched when it is first needed.
import { lazy, Suspense } from "react";
import { useIsConfirming } from "../../queries/confirm.ts";

const ConfirmDialog = lazy(() =>
  import("../confirm/confirm-dialog.tsx").then(({ ConfirmDialog }) => ({ default: ConfirmDialog })),
);

export function ConfirmGate() {
  if (!useIsConfirming()) return null;
  return (
    <Suspense fallback={null}>
      <ConfirmDialog />
    </Suspense>
  );
}
