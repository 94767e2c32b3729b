// "65 % · Uploading", bottom right, on every page but the upload page itself.
import { Link, useLocation } from "@tanstack/react-router";
import { sayPercent } from "../../say.ts";
import { Icon } from "../../ui/icon.tsx";
import styles from "./shell.module.css";
import { useSendingShare } from "./use-uploads-in-background.ts";

export function UploadsPill() {
  const share = useSendingShare();
  const { pathname } = useLocation();
  if (share === null || pathname === "/upload") return null;
  return (
    <Link to="/upload" className={styles.pill}>
      <Icon name="upload" />
      {sayPercent(share)} · Uploading
    </Link>
  );
}
