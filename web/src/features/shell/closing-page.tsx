// In place of the library while the account is being deleted: it cannot be used, but taken along.
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";

export function ClosingPage() {
  return (
    <Page title="Your library is closed">
      <EmptyState
        icon="trash"
        title="Keep the account to open it again"
        actions={
          <Link to="/settings/$section" params={{ section: "storage" }} className={buttonClass()}>
            Download your photos
          </Link>
        }
      >
        Your photos are still here, and nobody can see or change them.
      </EmptyState>
    </Page>
  );
}
