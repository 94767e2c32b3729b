// People: who is in my photos. Listing, naming, merging, splitting, "Same person?", history and undo.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PersonId } from "../../../shared/contracts/ids.ts";
import { PAGE_DEFAULT_ITEMS, PAGE_MAX_ITEMS } from "../../../shared/contracts/limits.ts";
import {
  AnswerSuggestion,
  ListPeopleQuery,
  ListSuggestionsQuery,
  MergePeople,
  PatchPerson,
  PeopleHistory,
  Person,
  PersonPage,
  SplitPerson,
  SuggestionList,
  UndonePeopleAction,
  UndoPeopleAction,
} from "../../../shared/contracts/people.ts";
import { listActions, toPeopleAction } from "../../../shared/db/people/action-queries.ts";
import { findPerson, listPeople } from "../../../shared/db/people/people-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { changePeople, undoPeople } from "../decide-people.ts";
import { listSuggestions } from "../list-suggestions.ts";
import { decodeActionCursor, decodePersonCursor, encodeActionCursor, encodePersonCursor } from "../people-cursors.ts";
import {
  body,
  changed,
  changeProblems,
  findProblems,
  decisionHeaders as headers,
  json,
  pageProblems,
  readProblems,
  undoProblems,
} from "../people-responses.ts";
import { requireRecognition } from "../require-recognition.ts";

export const people = new OpenAPIHono<AppEnv>();
people.use(requireRecognition());

const params = z.object({ personId: PersonId });

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listPeople",
  summary: "People in my photos: the named first, by number of photos, then the unnamed",
  request: { query: ListPeopleQuery },
  responses: {
    200: { description: "A page", ...json(PersonPage) },
    ...pageProblems,
  },
});

people.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const { deps, principal } = c.var;
  const listing = await listPeople(deps.db, principal.userId, query, decodePersonCursor(query.cursor));
  const last = listing.items.at(-1);
  const next =
    last !== undefined && listing.items.length === query.limit
      ? encodePersonCursor({ isUnnamed: Number(last.name === null), photos: last.photos, id: last.id })
      : null;
  return c.json({ ...listing, cursor: next }, 200);
});

const history = createRoute({
  method: "get",
  path: "/history",
  operationId: "listPeopleHistory",
  summary: "What I decided about people, newest first; each can be undone",
  request: {
    query: z.object({
      cursor: z.string().max(512).optional(),
      limit: z.coerce.number().int().min(1).max(PAGE_MAX_ITEMS).default(PAGE_DEFAULT_ITEMS),
    }),
  },
  responses: {
    200: { description: "A page", ...json(PeopleHistory) },
    ...pageProblems,
  },
});

people.openapi(history, async (c) => {
  const { cursor, limit } = c.req.valid("query");
  const { deps, principal } = c.var;
  const rows = await listActions(deps.db, principal.userId, limit, decodeActionCursor(cursor));
  const last = rows.at(-1);
  const next = last !== undefined && rows.length === limit ? encodeActionCursor(last) : null;
  return c.json({ items: rows.map(toPeopleAction), cursor: next }, 200);
});

const suggestions = createRoute({
  method: "get",
  path: "/suggestions",
  operationId: "listSuggestions",
  summary: '"Same person?" The most useful questions first; what was answered is never asked again',
  request: { query: ListSuggestionsQuery },
  responses: { 200: { description: "Questions", ...json(SuggestionList) }, ...readProblems },
});

people.openapi(suggestions, async (c) =>
  c.json(await listSuggestions(c.var.deps, c.var.principal.userId, c.req.valid("query").limit), 200),
);

const answer = createRoute({
  method: "post",
  path: "/suggestions/{suggestionId}",
  operationId: "answerSuggestion",
  summary: "Same joins them; different is remembered",
  request: { params: z.object({ suggestionId: z.string().max(128) }), headers, body: body(AnswerSuggestion) },
  responses: { 200: changed, ...changeProblems },
});

people.openapi(answer, async (c) => {
  const command = {
    kind: "answer",
    suggestion: c.req.valid("param").suggestionId,
    answer: c.req.valid("json"),
  } as const;
  const key = c.req.valid("header")["idempotency-key"];
  return c.json(await changePeople(c.var.deps, c.var.principal.userId, command, key), 200);
});

const merge = createRoute({
  method: "post",
  path: "/merge",
  operationId: "mergePeople",
  summary: "Several people are one; the named side wins, and old ids go on answering",
  request: { headers, body: body(MergePeople) },
  responses: { 200: changed, ...changeProblems },
});

people.openapi(merge, async (c) => {
  const command = { kind: "merge", merge: c.req.valid("json") } as const;
  const key = c.req.valid("header")["idempotency-key"];
  return c.json(await changePeople(c.var.deps, c.var.principal.userId, command, key), 200);
});

const undo = createRoute({
  method: "post",
  path: "/undo",
  operationId: "undoPeopleAction",
  summary: "Takes an action back, or the last one; what a later action changed again is kept and counted",
  request: { headers, body: body(UndoPeopleAction) },
  responses: {
    200: { description: "The action, undone", ...json(UndonePeopleAction) },
    ...undoProblems,
  },
});

people.openapi(undo, async (c) => {
  const key = c.req.valid("header")["idempotency-key"];
  const action = c.req.valid("json").action ?? null;
  return c.json(await undoPeople(c.var.deps, c.var.principal.userId, action, key), 200);
});

const getPerson = createRoute({
  method: "get",
  path: "/{personId}",
  operationId: "getPerson",
  summary: "One person; the id of a merged one answers with whom they live on in",
  request: { params },
  responses: {
    200: { description: "The person", ...json(Person) },
    ...findProblems,
  },
});

people.openapi(getPerson, async (c) => {
  const person = await findPerson(c.var.deps.db, c.var.principal.userId, c.req.valid("param").personId);
  if (person === null) throw new AppError("not-found", "There is no such person.");
  return c.json(person, 200);
});

const patchPerson = createRoute({
  method: "patch",
  path: "/{personId}",
  operationId: "patchPerson",
  summary: "Name, hide, show, date a person, or choose their cover",
  request: { params, headers, body: body(PatchPerson) },
  responses: { 200: changed, ...changeProblems },
});

people.openapi(patchPerson, async (c) => {
  const command = {
    kind: "patch",
    person: c.req.valid("param").personId,
    patch: c.req.valid("json"),
  } as const;
  const key = c.req.valid("header")["idempotency-key"];
  return c.json(await changePeople(c.var.deps, c.var.principal.userId, command, key), 200);
});

const split = createRoute({
  method: "post",
  path: "/{personId}/split",
  operationId: "splitPerson",
  summary: "Some of a person's faces are somebody else",
  request: { params, headers, body: body(SplitPerson) },
  responses: { 200: changed, ...changeProblems },
});

people.openapi(split, async (c) => {
  const command = {
    kind: "split",
    person: c.req.valid("param").personId,
    split: c.req.valid("json"),
  } as const;
  const key = c.req.valid("header")["idempotency-key"];
  return c.json(await changePeople(c.var.deps, c.var.principal.userId, command, key), 200);
});
