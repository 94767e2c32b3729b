// The upload page: where files come in, and one card per batch.
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/button.tsx";
import { EmptyState, Notice } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { ConsentAsk } from "../consent/consent-ask.tsx";
import { BatchCard } from "./batch-card.tsx";
import { DropZone } from "./drop-zone.tsx";
import { useUploads } from "./upload-client.ts";

export function UploadPage() {
  const { batches, status, server } = useUploads();
  return (
    <Page
      title="Upload"
      intro="Drop photos or whole folders. Leaving is safe: what is not sent yet waits here and continues."
    >
      {window.isSecureContext ? null : (
        <Notice tone="warn" title="This address cannot upload">
          Browsers only allow fingerprinting files on https or on localhost. Open Heliograph at one of those.
        </Notice>
      )}
      {status.isLeader ? null : (
        <Notice title="Uploads run in another tab">
          This browser is uploading in another tab of Heliograph. Files dropped here are handed over to it; if you close
          it, this tab continues.
        </Notice>
      )}
      {status.isSignedOut ? (
        <Notice
          tone="warn"
          title="Uploading waits for you to sign in"
          actions={
            <Link to="/login" search={{ to: "/upload" }} className={buttonClass({ small: true })}>
              Sign in
            </Link>
          }
        >
          Everything already sent is safe.
        </Notice>
      ) : null}
      <ConsentAsk hasPhotos={batches.some(({ rows }) => rows.length > 0)} />
      <DropZone isSmall={batches.length > 0} />
      {batches.map((batch) => (
        <BatchCard key={batch.meta.id} batch={batch} status={status} server={server} />
      ))}
      {batches.length === 0 ? (
        <EmptyState
          icon="gallery"
          title="Nothing is being uploaded"
          actions={
            <Link to="/gallery" className={buttonClass()}>
              See your gallery
            </Link>
          }
        >
          JPEG, PNG, WebP, GIF, AVIF and HEIC up to 100 MB each. Photos you already have are recognised and not sent
          twice.
        </EmptyState>
      ) : null}
    </Page>
  );
}
