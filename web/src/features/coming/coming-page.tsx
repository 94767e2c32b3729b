// Pages that are planned and not built: one honest line, and where to go meanwhile.
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/button.tsx";
import type { IconName } from "../../ui/icon.tsx";
import { EmptyState } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";

const COMING = {
  search: {
    title: "Search",
    icon: "search",
    line: "Searching by person, place, date and meaning is planned. Nothing is searchable yet.",
  },
  albums: {
    title: "Albums",
    icon: "albums",
    line: "Albums and sharing are planned. Until then, every photo is in the gallery, newest first.",
  },
} as const satisfies Record<string, { title: string; icon: IconName; line: string }>;

export function ComingPage({ page }: { page: keyof typeof COMING }) {
  const { title, icon, line } = COMING[page];
  return (
    <Page title={title}>
      <EmptyState
        icon={icon}
        title="Not here yet"
        actions={
          <>
            <Link to="/gallery" className={buttonClass({ kind: "primary" })}>
              Go to your gallery
            </Link>
            <Link to="/upload" className={buttonClass()}>
              Upload photos
            </Link>
          </>
        }
      >
        {line}
      </EmptyState>
    </Page>
  );
}
