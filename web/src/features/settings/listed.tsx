// What every list here does while it is read, when it cannot be, and when there is nothing in it.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import styles from "./settings.module.css";

interface ListedProps<Item> {
  readonly query: Pick<UseQueryResult<unknown>, "isError" | "error" | "refetch">;
  readonly items: readonly Item[] | undefined;
  /** What could not be read. */
  readonly what: string;
  readonly empty: ReactNode;
  readonly children: (items: readonly Item[]) => ReactNode;
}

export function Listed<Item>({ query, items, what, empty, children }: ListedProps<Item>) {
  if (query.isError && items === undefined) {
    return <Failure what={`${what} could not be read`} error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (items === undefined) return <Skeleton height={96} />;
  if (items.length === 0) return <p className={styles.quiet}>{empty}</p>;
  return children(items);
}
