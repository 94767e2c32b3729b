// The icon set: 24 px strokes drawn with currentColor. Decorative always; the words beside them carry the meaning.
const PATHS = {
  home: "M4 11.5 12 4l8 7.5M6 10v9h4.5v-5h3v5H18v-9",
  gallery: "M4 5h16v14H4zM4 15l4.5-4.5L13 15l2.5-2.5L20 17M15.5 9.2a.8.8 0 1 0 .01 0",
  upload: "M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M4 16v3h16v-3",
  people:
    "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11Zm-6 8.5c.4-3.3 2.8-5 6-5s5.6 1.7 6 5M16 5a3 3 0 0 1 0 5.8M17.5 14.8c2 .6 3.2 2.2 3.5 4.7",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.8-1.7L20 20",
  albums: "M5 8h14v11H5zM7 5h10M9 2.5h6",
  services: "M4 5h16v5H4zM4 14h16v5H4zM7.5 7.5h.01M7.5 16.5h.01M11 7.5h5M11 16.5h5",
  status: "M3 12h4l2.5-6.5 4.5 13L16.5 12H21",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  check: "m5 12.5 4.5 4.5L19 7.5",
  same: "M5 8h14M5 12h14M5 16h14",
  alert: "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v5.5m0 3.2v.01",
  warn: "M12 4 2.8 20h18.4zM12 10v4.5m0 2.7v.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v5.5m0-8.7v.01",
  close: "m6 6 12 12M18 6 6 18",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.5v13l11-6.5z",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.2 10.5v5.5M13.8 10.5v5.5",
  download: "M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M4 16v3.5h16V16",
  left: "m14.5 5-7 7 7 7",
  right: "m9.5 5 7 7-7 7",
  face: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 10v1M15 10v1M9 15c1.8 1.6 4.2 1.6 6 0",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5c.5-3.9 3.5-6 7.5-6s7 2.1 7.5 6",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.5 2",
  folder: "M3.5 6h6l2 2.5h9V19h-17z",
  keyboard: "M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M18 10.5h.01M8 14h8",
  offline: "M4 4l16 16M8.5 16.2a5 5 0 0 1 7 0M5.5 13a9.5 9.5 0 0 1 4-2.3M18.5 13a9 9 0 0 0-3-2M12 19.5v.01",
  signout: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9.5",
  heart: "M12 20s-7.5-4.6-7.5-10.2A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 7.5 2.8C19.5 15.4 12 20 12 20Z",
  edit: "m4 20 1-4L16.5 4.5l3 3L8 19zM14.5 6.5l3 3",
  merge: "M6 4v4c0 3 6 3 6 7v5M18 4v4c0 3-6 3-6 7m-3 2.5 3 3 3-3",
  hide: "M4 4l16 16M9.9 6.2A9 9 0 0 1 12 6c5 0 8 4 9 6a13 13 0 0 1-2.6 3.3M6.2 8A13.6 13.6 0 0 0 3 12c1 2 4 6 9 6a9 9 0 0 0 3.9-.9M10 10a2.8 2.8 0 0 0 4 4",
  show: "M3 12c1-2 4-6 9-6s8 4 9 6c-1 2-4 6-9 6s-8-4-9-6Zm9 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  undo: "M8.5 5 4 9.5 8.5 14M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-3",
  redo: "M15.5 5 20 9.5 15.5 14M19.5 9.5H10a5.5 5.5 0 0 0 0 11h3",
  mirrorH: "M12 4v2M12 9v2M12 14v2M12 19v1.5M9 7 4 17.5h5zM15 7l5 10.5h-5z",
  mirrorV: "M4 12h2M9 12h2M14 12h2M19 12h1.5M7 9l10.5-5v5zM7 15l10.5 5v-5z",
  plus: "M12 5v14M5 12h14",
  star: "m12 4 2.4 5.2 5.6.6-4.2 3.8 1.2 5.6-5-2.9-5 2.9 1.2-5.6L4 9.8l5.6-.6z",
  settings:
    "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Zm0-12.2v2.8M12 18.2V21M3 12h2.8M18.2 12H21M5.6 5.6l2 2M16.4 16.4l2 2M18.4 5.6l-2 2M7.6 16.4l-2 2",
  shield: "M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6zM9 12l2.2 2.2L15.2 10",
  key: "M8 16.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm3.8-3h8.7v3.5M17 13.5v2.5",
  link: "M10 13.5a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.6l-1.4 1.4M14 10.5a4 4 0 0 0-6-.4l-2.6 2.6a4 4 0 0 0 5.7 5.6l1.4-1.4",
  mail: "M3.5 6h17v12h-17zM4 6.5l8 6.5 8-6.5",
  device: "M3.5 5h17v11h-17zM8.5 20h7M12 16v4",
  copy: "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
  plug: "M9 3.5V8M15 3.5V8M6.5 8h11v4a5.5 5.5 0 0 1-11 0zM12 17.5v3",
  cake: "M4 20h16v-7H4zM4 16.5c2 0 2 1.5 4 1.5s2-1.5 4-1.5 2 1.5 4 1.5 2-1.5 4-1.5M12 13V9.5M12 7c1.2-1 0-2.5 0-3-1 1-1.2 2 0 3Z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 20,
  className,
}: {
  name: IconName;
  size?: number;
  className?: string | undefined;
}) {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 3 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: a sun in a mirror, throwing signals. */
export function BrandMark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="5.5" fill="var(--brand)" />
      <g strokeWidth="2.4" strokeLinecap="round">
        <path stroke="var(--text-strong)" d="M16 4.5v3M16 24.5v3M4.5 16h3M24.5 16h3" />
        <path stroke="var(--star-2)" d="m7.9 7.9 2.1 2.1m12 12 2.1 2.1m0-16.2L22 10M10 22l-2.1 2.1" />
      </g>
    </svg>
  );
}
