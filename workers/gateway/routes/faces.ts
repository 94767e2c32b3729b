// Faces: those of a person or of nobody, whose one is, and which are like it. Addressed by id, never by place.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { peopleIndexOf } from "../../../shared/adapters/people-index.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { FaceId } from "../../../shared/contracts/ids.ts";
import { SIMILAR_FACES_MAX } from "../../../shared/contracts/limits.ts";
import { AssignFace, FaceCardPage, ListFacesQuery, SimilarFaces } from "../../../shared/contracts/people.ts";
import { findFaceCards, listFacesOf, survivorsOf } from "../../../shared/db/people/people-queries.ts";
import { findFacePhoto } from "../../../shared/db/photos/face-queries.ts";
import type { AppEnv } from "../app-env.ts";
import { changePeople } from "../decide-people.ts";
import { decodeFaceCursor, encodeFaceCursor } from "../people-cursors.ts";
import {
  body,
  changed,
  changeProblems,
  decisionHeaders,
  findProblems,
  json,
  pageProblems,
} from "../people-responses.ts";
import { requireRecognition } from "../require-recognition.ts";

export const faces = new OpenAPIHono<AppEnv>();
faces.use(requireRecognition());

const params = z.object({ faceId: FaceId });

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listFacesOfPerson",
  summary: "Faces of a person, newest photo first; ?person=none: of nobody, best first",
  request: { query: ListFacesQuery },
  responses: {
    200: { description: "A page", ...json(FaceCardPage) },
    ...pageProblems,
  },
});

faces.openapi(list, async (c) => {
  const { person, cursor, limit } = c.req.valid("query");
  const { deps, principal } = c.var;
  const { userId } = principal;
  const whose = person === "none" ? null : (await survivorsOf(deps.db, userId, [person])).get(person);
  if (whose === undefined) throw new AppError("not-found", "There is no such person.");
  const { items, total, next } = await listFacesOf(deps.db, userId, whose, limit, decodeFaceCursor(cursor));
  return c.json({ items, total, cursor: next === null ? null : encodeFaceCursor(next) }, 200);
});

const assign = createRoute({
  method: "put",
  path: "/{faceId}",
  operationId: "assignFace",
  summary: "Whose face it is: somebody's, somebody new's, not theirs, or no face at all",
  request: {
    params,
    headers: decisionHeaders,
    body: body(AssignFace),
  },
  responses: {
    200: changed,
    ...changeProblems,
  },
});

faces.openapi(assign, async (c) => {
  const command = { kind: "assign", face: c.req.valid("param").faceId, assign: c.req.valid("json") } as const;
  const key = c.req.valid("header")["idempotency-key"];
  return c.json(await changePeople(c.var.deps, c.var.principal.userId, command, key), 200);
});

const similar = createRoute({
  method: "get",
  path: "/{faceId}/similar",
  operationId: "listSimilarFaces",
  summary: "Faces of mine that are like a face, most alike first",
  request: {
    params,
    query: z.object({ limit: z.coerce.number().int().min(1).max(SIMILAR_FACES_MAX).default(SIMILAR_FACES_MAX) }),
  },
  responses: {
    200: { description: "Faces", ...json(SimilarFaces) },
    ...findProblems,
  },
});

faces.openapi(similar, async (c) => {
  const { deps, principal } = c.var;
  const { userId } = principal;
  const { faceId } = c.req.valid("param");
  if ((await findFacePhoto(deps.db, deps.variables.facePreset, faceId, userId)) === null)
    throw new AppError("not-found", "There is no such face.");
  const matches = await peopleIndexOf(deps.people, userId).similar(userId, faceId, c.req.valid("query").limit);
  const cards = await findFaceCards(
    deps.db,
    userId,
    matches.map(({ face }) => face),
  );
  const items = matches.flatMap(({ face, likelihood }) => {
    const card = cards.get(face);
    return card === undefined ? [] : [{ face: card, likelihood }];
  });
  return c.json({ items }, 200);
});
