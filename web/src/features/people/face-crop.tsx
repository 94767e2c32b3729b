// A face, round or square, fetched when it comes near the screen. A crop that cannot be had leaves an outline, not a hole.
import { useState } from "react";
import { mediaAddress } from "../../media-address.ts";
import { Icon } from "../../ui/icon.tsx";
import styles from "./face-crop.module.css";

interface FaceCropProps {
  readonly src: string | null | undefined;
  /** Side (px) on the page. */
  readonly size: number;
  readonly square?: boolean;
  /** Empty where words beside it say who it is. */
  readonly alt?: string;
  readonly eager?: boolean;
  /** As large as what is around it; `size` is then only a hint. */
  readonly fills?: boolean;
}

export function FaceCrop({ src, size, square = false, alt = "", eager = false, fills = false }: FaceCropProps) {
  const [brokenSrc, setBrokenSrc] = useState<string | null>(null);
  const shape = `${styles.crop} ${square ? styles.square : ""}`;
  if (!src || brokenSrc === src) {
    return (
      <span className={shape} style={fills ? {} : { width: size, height: size }}>
        <Icon name="user" size={Math.round(size / 2)} />
        {alt ? <span className="visually-hidden">{alt}</span> : null}
      </span>
    );
  }
  return (
    <img
      className={shape}
      src={mediaAddress(src)}
      width={size}
      height={size}
      alt={alt}
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      draggable={false}
      onError={() => setBrokenSrc(src)}
    />
  );
}
