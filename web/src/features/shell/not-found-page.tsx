// 404: a lonely star, and the nearest ways on.
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";

export function NotFoundPage() {
  return (
    <Page title="Page not found">
      <EmptyState
        icon="search"
        title="A lonely star, and nothing else here"
        actions={
          <>
            <Link to="/gallery" className={buttonClass({ kind: "primary" })}>
              Go to your gallery
            </Link>
            <Link to="/" className={buttonClass()}>
              Go home
            </Link>
          </>
        }
      >
        The address may be mistyped, or the page has moved.
      </EmptyState>
    </Page>
  );
}
