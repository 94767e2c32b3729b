// Faces of one photo, drawing one more, and finding photos by a face.
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { errorText, log } from "../../../shared/adapters/log.ts";
import { peopleIndexOf } from "../../../shared/adapters/people-index.ts";
import { AppError } from "../../../shared/contracts/errors.ts";
import { PhotoId, type UserId } from "../../../shared/contracts/ids.ts";
import { FACE_SEARCH_MAX_BYTES, SIMILAR_FACES_MAX } from "../../../shared/contracts/limits.ts";
import { DrawFace, FaceSearchResult } from "../../../shared/contracts/people.ts";
import type { FaceGuess } from "../../../shared/contracts/people-index.ts";
import { type Face, FaceList } from "../../../shared/contracts/photos.ts";
import { findPeople } from "../../../shared/db/people/people-queries.ts";
import { findPhoto, listFaces } from "../../../shared/db/photos/library-queries.ts";
import type { AppEnv } from "../app-env.ts";
import type { GatewayDeps } from "../deps.ts";
import { drawFace } from "../draw-face.ts";
import { FILE_FORM } from "../file-form.ts";
import { formFile } from "../form-file.ts";
import { body, changed, decisionHeaders, drawProblems, json } from "../people-responses.ts";
import { problemResponses } from "../problem-responses.ts";
import { demandRecognition, isRecognised } from "../require-recognition.ts";
import { searchByFace } from "../search-by-face.ts";

export const photoFaces = new OpenAPIHono<AppEnv>();

const params = z.object({ photoId: PhotoId });

const list = createRoute({
  method: "get",
  path: "/{photoId}/faces",
  operationId: "listFaces",
  summary: "Faces of a photo: boxes, landmarks, quality, whose they are or might be; never the vector",
  request: { params },
  responses: {
    200: { description: "Largest first", ...json(FaceList) },
    ...problemResponses("unauthenticated", "not-found"),
  },
});

photoFaces.openapi(list, async (c) => {
  const { deps, principal } = c.var;
  const row = await findPhoto(deps.db, c.req.valid("param").photoId, principal.userId);
  if (row === null || row.lifecycle === "deleted") throw new AppError("not-found", "There is no such photo.");
  // What a withdrawal is still deleting, and what an operator has ruled out, is shown no more.
  const isShown = await isRecognised(deps, principal.userId);
  const faces = isShown ? await listFaces(deps.db, row.id, row.userId, row.gen) : [];
  const items = await withSuggestions(deps, principal.userId, faces);
  return c.json({ items, recognition: (await deps.recognitionModel()) !== null }, 200);
});

/** A suggestion is a courtesy: without an answer from the people index the faces are shown all the same. */
async function withSuggestions(deps: GatewayDeps, userId: UserId, faces: Face[]): Promise<Face[]> {
  const ofNobody = faces.filter(({ person }) => person === null).map(({ id }) => id);
  if (ofNobody.length === 0) return faces;
  let guesses: FaceGuess[];
  try {
    guesses = await peopleIndexOf(deps.people, userId).guess(userId, ofNobody);
  } catch (cause) {
    log("warn", "face-suggestions-missing", { user: userId, cause: errorText(cause) });
    return faces;
  }
  const people = await findPeople(deps.db, userId, [...new Set(guesses.map(({ person }) => person))]);
  const byFace = new Map(guesses.map((guess) => [guess.face, guess]));
  return faces.map((face) => {
    const guess = byFace.get(face.id);
    const person = people.get(guess?.person ?? "");
    if (guess === undefined || person === undefined) return face;
    return { ...face, suggestion: { person: person.id, name: person.name, likelihood: guess.likelihood } };
  });
}

const draw = createRoute({
  method: "post",
  path: "/{photoId}/faces",
  operationId: "drawFace",
  summary: "Draw a box around a face that was not found, and say whose it is",
  request: {
    params,
    headers: decisionHeaders,
    body: body(DrawFace),
  },
  responses: {
    200: changed,
    ...drawProblems,
  },
});

photoFaces.openapi(draw, async (c) => {
  const { deps, principal } = c.var;
  await demandRecognition(deps, principal.userId);
  const key = c.req.valid("header")["idempotency-key"];
  const { photoId } = c.req.valid("param");
  return c.json(await drawFace(deps, principal.userId, photoId, c.req.valid("json"), key), 200);
});

const search = createRoute({
  method: "post",
  path: "/search/face",
  operationId: "searchByFace",
  summary:
    "Photos with a face like the largest one in the picture sent (raw, or multipart field `file`); it is not stored",
  middleware: [
    bodyLimit({
      // A form's own lines are a few hundred bytes.
      maxSize: FACE_SEARCH_MAX_BYTES + 4096,
      onError: () => {
        throw new AppError("file-too-large", `A picture to search with has at most ${FACE_SEARCH_MAX_BYTES} bytes.`);
      },
    }),
  ] as const,
  request: {
    query: z.object({ limit: z.coerce.number().int().min(1).max(SIMILAR_FACES_MAX).default(50) }),
    body: FILE_FORM,
  },
  responses: {
    200: { description: "Most alike first", ...json(FaceSearchResult) },
    ...problemResponses(
      "invalid-request",
      "unauthenticated",
      "forbidden",
      "empty-file",
      "file-too-large",
      "too-many-pixels",
      "unsupported-type",
      "recognition-off",
      "recognition-unavailable",
      "storage-unavailable",
    ),
  },
});

photoFaces.openapi(search, async (c) => {
  const { deps, principal } = c.var;
  await demandRecognition(deps, principal.userId);
  const isForm = c.req.header("content-type")?.toLowerCase().startsWith("multipart/form-data") ?? false;
  const image = isForm ? await (await formFile(c.req.raw)).arrayBuffer() : await c.req.arrayBuffer();
  return c.json(await searchByFace(deps, principal.userId, new Uint8Array(image), c.req.valid("query").limit), 200);
});
