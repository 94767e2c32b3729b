// Pages about a library need its owner. Signed out, the login page gets the address to come back to.
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useSession } from "../../queries/session.ts";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";

export function RequireSession() {
  const session = useSession();
  const { href } = useLocation();
  if (session.data) return <Outlet />;
  if (session.data === null) return <Navigate to="/login" search={href === "/" ? {} : { to: href }} replace />;
  if (session.isError) {
    return (
      <Page title="Heliograph does not answer">
        <Failure what="Your library could not be opened" error={session.error} onRetry={() => void session.refetch()} />
      </Page>
    );
  }
  return (
    <Page title="Opening your library">
      <Skeleton height={120} />
      <Skeleton height={240} />
    </Page>
  );
}
