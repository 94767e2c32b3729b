// Home: what the library holds, what is going on, and the two things people come for.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { photos } from "../../api.ts";
import { mediaAddress } from "../../media-address.ts";
import { useProgress } from "../../progress.tsx";
import { finished, stageParts } from "../../progress-state.ts";
import { keys } from "../../queries/keys.ts";
import { useSession } from "../../queries/session.ts";
import { sayBytes, sayCount, sayEta, sayNumber } from "../../say.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Failure } from "../../ui/notice.tsx";
import { Card, Page } from "../../ui/page.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import styles from "./home-page.module.css";

const RECENT = 8;

export function HomePage() {
  const { data: user } = useSession();
  const { counters } = useProgress(null);
  const client = useQueryClient();
  const recent = useQuery({
    queryKey: keys.recent,
    queryFn: ({ signal }) => photos.list({ limit: RECENT * 3 }, signal),
  });
  const settled = counters ? finished(counters.thumbnail) : 0;

  useEffect(() => {
    // The library's numbers live in the session document; they change with every photo that arrives.
    if (settled === 0) return;
    void client.invalidateQueries({ queryKey: keys.session });
    void client.invalidateQueries({ queryKey: keys.recent });
  }, [settled, client]);

  const shown = (recent.data?.items ?? []).filter((photo) => photo.renditions.w320).slice(0, RECENT);
  const isEmpty = user?.storage.photos === 0;

  return (
    <Page
      title={user ? `Welcome, ${user.name}` : "Welcome"}
      intro="Drop photos anywhere in this window; they arrive here, one by one."
    >
      <div className={styles.actions}>
        <Link to="/upload" className={buttonClass({ kind: "primary" })}>
          <Icon name="upload" size={18} /> Upload photos
        </Link>
        <Link to="/gallery" className={buttonClass()}>
          <Icon name="gallery" size={18} /> Open the gallery
        </Link>
      </div>

      <dl className={styles.numbers}>
        <Figure label="Photos" value={user ? sayNumber(user.storage.photos) : "…"} />
        <Figure label="Storage used" value={user ? sayBytes(user.storage.bytes) : "…"} />
        <Figure label="Thumbnails ready" value={counters ? sayNumber(counters.thumbnail.done) : "…"} />
        <Figure label="Looked through for faces" value={counters ? sayNumber(counters.index.done) : "…"} />
      </dl>

      {counters && counters.thumbnail.total > 0 ? (
        <Card aria-labelledby="latest-progress">
          <div className={styles.cardHead}>
            <h2 id="latest-progress">{counters.label}</h2>
            {counters.phase !== "done" && counters.eta_s !== null ? <span>{sayEta(counters.eta_s)} to go</span> : null}
          </div>
          <div className={styles.bars}>
            <ProgressBar
              step={1}
              kind="processing"
              label="Processing your photos"
              finished={finished(counters.thumbnail)}
              total={counters.thumbnail.total}
              hint={attentionHint(stageParts(counters.thumbnail).failed)}
            />
            <ProgressBar
              step={2}
              kind="index"
              label="Indexing with AI"
              finished={finished(counters.index)}
              total={counters.index.total}
              hint={attentionHint(stageParts(counters.index).failed)}
            />
          </div>
        </Card>
      ) : null}

      {recent.isError ? (
        <Failure
          what="Your newest photos could not be listed"
          error={recent.error}
          onRetry={() => void recent.refetch()}
        />
      ) : null}
      {shown.length > 0 ? (
        <section aria-labelledby="newest">
          <h2 id="newest" className={styles.newestTitle}>
            Newest
          </h2>
          <ul className={styles.newest}>
            {shown.map((photo) => (
              <li key={photo.id}>
                <Link to="/gallery" search={{ photo: photo.id }} aria-label={`Open ${photo.filename}`}>
                  <img src={mediaAddress(photo.renditions.w320?.jpg ?? "")} alt="" loading="lazy" />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {isEmpty ? (
        <p className={styles.later}>Your library is empty. The first photo you drop appears within a second or two.</p>
      ) : null}
      <p className={styles.later}>A galaxy map of your library will take this place later.</p>
    </Page>
  );
}

function attentionHint(failed: number): string {
  return failed === 0 ? "" : `${sayCount(failed, "photo needs", "photos need")} attention`;
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div className={styles.figure}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
