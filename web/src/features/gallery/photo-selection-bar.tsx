// What can be done with the photos that are selected: all of them as one ZIP.
import { ARCHIVE_MAX_PHOTOS } from "../../../../shared/contracts/limits.ts";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { archivePath } from "../../renders-api.ts";
import { sayBytes, sayNumber } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { announce } from "../../ui/live-region.tsx";
import { SelectionBar } from "../people/selection-bar.tsx";

export function PhotoSelectionBar({ photos, onClear }: { photos: readonly Photo[]; onClear: () => void }) {
  const isTooMany = photos.length > ARCHIVE_MAX_PHOTOS;
  // What has not arrived has no bytes to give.
  const isComplete = photos.every(({ status }) => status !== "uploading");
  const bytes = photos.reduce((sum, photo) => sum + photo.bytes, 0);
  return (
    <SelectionBar
      crops={photos.map(({ renditions }) => renditions.w160?.jpg)}
      noun={["photo", "photos"]}
      onClear={onClear}
    >
      {isTooMany || !isComplete ? (
        <>
          <p>
            {isTooMany
              ? `A ZIP holds up to ${sayNumber(ARCHIVE_MAX_PHOTOS)} photos.`
              : "Some of them are still being uploaded."}
          </p>
          <Button small icon="download" disabled>
            Download as ZIP
          </Button>
        </>
      ) : (
        <a
          className={buttonClass({ kind: "primary", small: true })}
          href={archivePath(photos.map(({ id }) => id))}
          download
          onClick={() => announce("Your download begins")}
        >
          <Icon name="download" size={18} /> Download as ZIP, {sayBytes(bytes)}
        </a>
      )}
    </SelectionBar>
  );
}
