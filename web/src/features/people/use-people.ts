// People as pages show them: what the server last said, with the decisions still on their way drawn over it.
import { type UseInfiniteQueryResult, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { PAGE_MAX_ITEMS } from "../../../../shared/contracts/limits.ts";
import type { FaceCard, Person, PersonPage } from "../../../../shared/contracts/people.ts";
import { people as api, faces as facesApi, type PeopleQuery } from "../../people-api.ts";
import { useProgress } from "../../progress.tsx";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import { refreshPeople } from "./decide.ts";
import { usePeopleEdits } from "./edit-store.ts";
import { editFaceCards, editPeople, type PeopleSections, sectionPeople } from "./people-edits.ts";

const SECTION_QUERY = {
  named: { named: "true", hidden: "false" },
  unnamed: { named: "false", hidden: "false" },
  hidden: { hidden: "only" },
} as const satisfies Record<keyof PeopleSections, PeopleQuery>;

function useSection(section: keyof PeopleSections, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keys.peopleSection(section),
    queryFn: ({ pageParam, signal }) =>
      api.list({ ...SECTION_QUERY[section], cursor: pageParam, limit: PAGE_MAX_ITEMS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
    enabled,
  });
}

const itemsOf = (data: { readonly pages: readonly PersonPage[] } | undefined): readonly Person[] =>
  data?.pages.flatMap(({ items }) => items) ?? [];

export interface PeopleView {
  readonly sections: PeopleSections;
  /** People of each kind in all, loaded or not. */
  readonly totals: { readonly named: number; readonly unnamed: number; readonly hidden: number };
  /** Faces of nobody. */
  readonly unassigned: number;
  readonly state: "loading" | "ready" | "failed";
  readonly error: unknown;
  readonly retry: () => void;
  readonly loadMore: (section: keyof PeopleSections) => void;
}

export function usePeople(withHidden: boolean, enabled: boolean): PeopleView {
  const named = useSection("named", enabled);
  const unnamed = useSection("unnamed", enabled);
  const hidden = useSection("hidden", enabled && withHidden);
  const edits = usePeopleEdits();
  const sections = useMemo(() => {
    const lists = [named.data, unnamed.data, hidden.data];
    const all = new Map(lists.flatMap(itemsOf).map((person) => [person.id, person]));
    return sectionPeople(editPeople([...all.values()], edits));
  }, [named.data, unnamed.data, hidden.data, edits]);
  const queries = { named, unnamed, hidden };
  const total = (section: "named" | "unnamed") => {
    const query = queries[section];
    // What is loaded in full needs no server to be counted, and follows decisions at once.
    return query.hasNextPage ? (query.data?.pages[0]?.total ?? 0) : sections[section].length;
  };
  const failed = [named, unnamed, ...(withHidden ? [hidden] : [])].find(({ isError }) => isError);
  return {
    sections,
    totals: {
      named: total("named"),
      unnamed: total("unnamed"),
      hidden: hidden.data ? sections.hidden.length : (named.data?.pages[0]?.hidden ?? 0),
    },
    unassigned: named.data?.pages[0]?.unassigned ?? 0,
    state: named.isPending || unnamed.isPending ? (failed ? "failed" : "loading") : failed ? "failed" : "ready",
    error: failed?.error ?? null,
    retry: () =>
      void Promise.all([named, unnamed, hidden].filter(({ isError }) => isError).map((one) => one.refetch())),
    loadMore: (section) => loadMore(queries[section]),
  };
}

function loadMore(query: Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetching" | "fetchNextPage">): void {
  if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
}

export function usePerson(id: string) {
  const query = useQuery({ queryKey: keys.person(id), queryFn: ({ signal }) => api.get(id, signal) });
  const edits = usePeopleEdits();
  const person = useMemo(
    () => (query.data ? (editPeople([query.data], edits).find((one) => one.id === query.data.id) ?? query.data) : null),
    [query.data, edits],
  );
  return { query, person };
}

const FACES_A_PAGE = 100;

/** Faces of one person, newest photo first. */
export function usePersonFaces(person: string) {
  const query = useInfiniteQuery({
    queryKey: keys.personFaces(person),
    queryFn: ({ pageParam, signal }) => facesApi.list(person, pageParam, FACES_A_PAGE, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.cursor,
  });
  const edits = usePeopleEdits();
  const cards = useMemo<readonly FaceCard[]>(
    () => editFaceCards(query.data?.pages.flatMap(({ items }) => items) ?? [], person, edits),
    [query.data, person, edits],
  );
  return { query, cards, loadMore: () => loadMore(query) };
}

/** Named people to choose from: the most photographed, and whoever else the server finds for what was typed. */
export function useNamedPeople(text: string): readonly Person[] {
  const most = useQuery({
    queryKey: keys.peopleNamed(""),
    queryFn: ({ signal }) => api.list({ named: "true", hidden: "false", limit: PAGE_MAX_ITEMS }, signal),
  });
  const typed = text.trim();
  const isMore = most.data?.cursor !== null && most.data !== undefined;
  const found = useQuery({
    queryKey: keys.peopleNamed(typed),
    queryFn: ({ signal }) => api.list({ named: "true", hidden: "false", limit: 20, q: typed }, signal),
    enabled: isMore && typed !== "",
    placeholderData: (before) => before,
  });
  const edits = usePeopleEdits();
  return useMemo(() => {
    const all = new Map([...(most.data?.items ?? []), ...(found.data?.items ?? [])].map((one) => [one.id, one]));
    return sectionPeople(editPeople([...all.values()], edits)).named;
  }, [most.data, found.data, edits]);
}

/** How often (ms) people are read again while photos are being indexed: faces become people a moment after. */
const FOLLOW_EVERY_MS = 3000;
/** How long (ms) after the last photo was indexed people may still change by themselves. */
const FOLLOW_AFTER_MS = 12_000;

/** Reads people again while photos are being indexed, and a little after. Answers how many photos are still to index. */
export function useFollowIndexing(): number {
  const { counters } = useProgress(null);
  const left = counters
    ? Math.max(0, counters.index.total - counters.index.done - counters.index.skipped - counters.index.failed)
    : 0;
  const done = counters?.index.done ?? null;
  const followUntilMs = useRef(0);
  const lastDone = useRef(done);
  useEffect(() => {
    if (done !== null && lastDone.current !== null && done !== lastDone.current)
      followUntilMs.current = Date.now() + FOLLOW_AFTER_MS;
    lastDone.current = done;
  }, [done]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (Date.now() < followUntilMs.current && queryClient.isFetching({ queryKey: keys.people }) === 0)
        void refreshPeople();
    }, FOLLOW_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return left;
}
