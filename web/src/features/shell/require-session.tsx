// Pages about a library need its owner. Signed out, the login page gets the address to come back to.
import { Outlet, useLocation, useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useSession } from "../../queries/session.ts";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { ClosingPage } from "./closing-page.tsx";

export function RequireSession() {
  const session = useSession();
  const { pathname } = useLocation();
  if (session.data?.status === "closing" && !pathname.startsWith("/settings")) return <ClosingPage />;
  if (session.data) return <Outlet />;
  if (session.data === null) return <ToLogin />;
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

function ToLogin() {
  const navigate = useNavigate();
  const router = useRouter();
  useEffect(() => {
    // Read once: the address changes while this page is still being left.
    const { href } = router.state.location;
    if (href.startsWith("/login")) return;
    void navigate({ to: "/login", search: href === "/" ? {} : { to: href }, replace: true });
  }, [navigate, router]);
  return null;
}
