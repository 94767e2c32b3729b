// Tells somebody whose storage is full how much would have fitted.
import type { Room } from "../../shared/db/photos/upload-statements.ts";

export function describeNoRoom(sizeBytes: number, room: Room | null): string {
  if (room?.photos === 0) return "There is no room for another photo.";
  return `The file has ${sizeBytes} bytes; ${room?.bytes ?? 0} bytes are free.`;
}
