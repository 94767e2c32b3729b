// How many pixels of the screen the longest side of an element has, as it changes.
import { useEffect, useState } from "react";

/** @returns 0 while there is no element, or none that is laid out */
export function useScreenPixels(element: HTMLElement | null): number {
  const [pixels, setPixels] = useState(0);
  useEffect(() => {
    if (!element) return;
    const measure = () =>
      setPixels(Math.round(Math.max(element.clientWidth, element.clientHeight) * window.devicePixelRatio));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return pixels;
}
