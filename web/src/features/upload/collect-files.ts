// Turns a drop, a paste or a file input into files with paths. Folders are walked; what is not a photo is only named.
import { acceptsFile } from "./accepts-file.ts";
import type { PickedFile } from "./engine/engine-protocol.ts";

export interface Collected {
  readonly files: PickedFile[];
  readonly ignored: string[];
}

function sort(into: Collected, file: File, path: string): void {
  if (acceptsFile(path, file.type)) into.files.push({ file, path });
  else into.ignored.push(path);
}

export function collectFromList(list: Iterable<File>): Collected {
  const collected: Collected = { files: [], ignored: [] };
  for (const file of list) sort(collected, file, file.webkitRelativePath || file.name);
  return collected;
}

/**
 * Must be called inside the event handler: the transfer is emptied as soon as the handler returns, so every item is
 * turned into an entry before the first await.
 */
export function collectFromTransfer(transfer: DataTransfer): Promise<Collected> {
  const entries: FileSystemEntry[] = [];
  const plain: File[] = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry?.();
    if (entry) {
      entries.push(entry);
    } else {
      const file = item.getAsFile();
      if (file) plain.push(file);
    }
  }
  return walkAll(entries, plain);
}

async function walkAll(entries: readonly FileSystemEntry[], plain: readonly File[]): Promise<Collected> {
  const collected = collectFromList(plain);
  for (const entry of entries) await walk(entry, collected);
  return collected;
}

async function walk(entry: FileSystemEntry, into: Collected): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  try {
    if (entry.isFile) {
      sort(into, await fileOf(entry as FileSystemFileEntry), path);
    } else {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      // A reader answers at most a hundred entries at a time, and an empty list at the end.
      for (let found = await readSome(reader); found.length > 0; found = await readSome(reader)) {
        for (const child of found) await walk(child, into);
      }
    }
  } catch {
    into.ignored.push(path);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function readSome(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}
