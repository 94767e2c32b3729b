// The tab's title has two authors: the page names itself, an upload in flight puts its percentage in front.
import { useEffect } from "react";

let pageTitle = "";
let activity: string | null = null;

function render(): void {
  const words = [activity, pageTitle, "Heliograph"].filter((word) => word !== null && word !== "");
  document.title = words.join(" · ");
}

export function useTabTitle(title: string): void {
  useEffect(() => {
    pageTitle = title;
    render();
  }, [title]);
}

/** "65 % · Uploading", or null when nothing is going on. */
export function setTabActivity(text: string | null): void {
  if (activity === text) return;
  activity = text;
  render();
}
