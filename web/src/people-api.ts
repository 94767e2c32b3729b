// The typed client of people, faces and the consent to recognise them. Every change carries a key, so that sending it
// again after a broken connection changes nothing twice.
import type { z } from "zod";
import { FaceConsent } from "../../shared/contracts/consent.ts";
import {
  FaceCardPage,
  FaceSearchResult,
  PeopleChange,
  PeopleHistory,
  Person,
  PersonPage,
  SuggestionList,
  UndonePeopleAction,
} from "../../shared/contracts/people.ts";
import { call, jsonBody, NetworkError, send, toParams } from "./api.ts";

/** Unguessable enough to be unique; not `randomUUID`, which plain-http addresses of a home network do not have. */
function requestKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function change<Schema extends z.ZodType>(
  method: string,
  path: string,
  schema: Schema,
  body: unknown,
): Promise<z.infer<Schema>> {
  const { headers, ...rest } = jsonBody(body);
  const init = { ...rest, headers: { ...headers, "idempotency-key": requestKey() } };
  const once = async () => schema.parse(await (await send(method, path, init)).json());
  try {
    return await once();
  } catch (error) {
    // Whether it arrived is unknown: the same key makes asking again safe.
    if (error instanceof NetworkError) return once();
    throw error;
  }
}

export interface PeopleQuery {
  readonly cursor?: string | null;
  readonly limit?: number;
  readonly hidden?: "false" | "true" | "only";
  readonly named?: "true" | "false";
  readonly q?: string;
}

export interface PersonPatch {
  readonly name?: string | null;
  readonly isHidden?: boolean;
  readonly cover?: string | null;
  readonly birthday?: string | null;
}

/** Whom a face goes to: somebody known, somebody new (with or without a name), or nobody. */
export interface FaceTarget {
  readonly person: string | null;
  readonly name?: string;
  readonly isDismissed?: boolean;
}

export const people = {
  list: (query: PeopleQuery, signal?: AbortSignal) =>
    call("GET", `/people?${toParams(query)}`, PersonPage, undefined, signal),
  get: (id: string, signal?: AbortSignal) => call("GET", `/people/${id}`, Person, undefined, signal),
  patch: (id: string, patch: PersonPatch) => change("PATCH", `/people/${id}`, PeopleChange, patch),
  merge: (into: string, from: readonly string[]) => change("POST", "/people/merge", PeopleChange, { into, from }),
  split: (id: string, faces: readonly string[], name?: string) =>
    change("POST", `/people/${id}/split`, PeopleChange, { faces, ...(name === undefined ? {} : { name }) }),
  suggestions: (limit: number, signal?: AbortSignal) =>
    call("GET", `/people/suggestions?limit=${limit}`, SuggestionList, undefined, signal),
  answer: (id: string, answer: "same" | "different") =>
    change("POST", `/people/suggestions/${encodeURIComponent(id)}`, PeopleChange, { answer }),
  history: (cursor: string | null, signal?: AbortSignal) =>
    call("GET", `/people/history?${toParams({ cursor })}`, PeopleHistory, undefined, signal),
  undo: (action: string) => change("POST", "/people/undo", UndonePeopleAction, { action }),
};

export const faces = {
  list: (person: string, cursor: string | null, limit: number, signal?: AbortSignal) =>
    call("GET", `/faces?${toParams({ person, cursor, limit })}`, FaceCardPage, undefined, signal),
  assign: (id: string, target: FaceTarget) => change("PUT", `/faces/${id}`, PeopleChange, target),
  draw: (photoId: string, box: object, target: FaceTarget) =>
    change("POST", `/photos/${photoId}/faces`, PeopleChange, { box, ...target }),
  /** Photos with the largest face of this picture. The picture is looked at and forgotten. */
  searchByPhoto: async (picture: Blob, signal?: AbortSignal): Promise<FaceSearchResult> => {
    const headers = { "content-type": picture.type || "application/octet-stream" };
    const response = await send("POST", "/photos/search/face", {
      body: picture,
      headers,
      ...(signal ? { signal } : {}),
    });
    return FaceSearchResult.parse(await response.json());
  },
};

export const consent = {
  get: (signal?: AbortSignal) => call("GET", "/consent/faces", FaceConsent, undefined, signal),
  grant: (version: number) => call("PUT", "/consent/faces", FaceConsent, { granted: true, version }),
  withdraw: () => call("PUT", "/consent/faces", FaceConsent, { granted: false }),
};
