// After a withdrawal nothing about faces is left in memory: not in queries, not in lists, not in messages.
import { QueryObserver } from "@tanstack/react-query";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { FaceConsent } from "../../../../shared/contracts/consent.ts";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import * as toasts from "../../ui/toasts.tsx";
import { modelFor } from "../gallery/kept-model.ts";
import { undoLast } from "../people/decide.ts";
import { rename } from "../people/decisions.ts";
import { type FakePeopleApi, fakeLibrary } from "../people/fake-people-api.test-help.ts";
import { decideConsent, readConsent } from "./use-consent.ts";

const PHOTO = "one";

describe("a withdrawal", () => {
  let api: FakePeopleApi;
  beforeEach(() => {
    api = fakeLibrary(["Asha", "Ben"], 2);
    vi.stubGlobal("fetch", api.fetch);
    queryClient.clear();
    return () => vi.unstubAllGlobals();
  });

  const remember = () => {
    queryClient.setQueryData(keys.faces(PHOTO), "faces of a photo");
    queryClient.setQueryData(keys.person("asha"), "a person");
    queryClient.setQueryData(keys.questions, "questions");
    queryClient.setQueryData(keys.photo(PHOTO), "a photo");
  };
  const remembered = () =>
    [keys.faces(PHOTO), keys.person("asha"), keys.questions].map((key) => queryClient.getQueryData(key));

  test("leaves nothing about faces in memory", async () => {
    remember();
    const found = queryClient.getMutationCache().build(queryClient, {
      mutationKey: keys.faceSearch,
      mutationFn: async () => "photos with a face",
    });
    await found.execute(undefined);
    await decideConsent(false);
    expect(remembered()).toEqual([undefined, undefined, undefined]);
    expect(queryClient.getMutationCache().findAll({ mutationKey: keys.faceSearch })).toEqual([]);
    expect(queryClient.getQueryData(keys.photo(PHOTO))).toBe("a photo");
    expect(queryClient.getQueryData<FaceConsent>(keys.consent)?.effective).toBe(false);
  });

  test("takes away at once what is on screen, while its answer is asked for again", async () => {
    const faces = new QueryObserver(queryClient, {
      queryKey: keys.faces(PHOTO),
      queryFn: () => new Promise(() => undefined),
    });
    const leave = faces.subscribe(() => undefined);
    remember();
    expect(faces.getCurrentResult().data).toBe("faces of a photo");
    void decideConsent(false);
    await vi.waitFor(() => expect(faces.getCurrentResult().data).toBeUndefined());
    leave();
  });

  test("forgets which photos a person is in, and keeps the library", async () => {
    const [library, asha] = [modelFor("me", {}), modelFor("me", { person: "asha" })];
    await decideConsent(false);
    expect(modelFor("me", { person: "asha" })).not.toBe(asha);
    expect(modelFor("me", {})).toBe(library);
  });

  test("empties a part of the library that is on screen before it is read again", async () => {
    const model = modelFor("me", { person: "asha" });
    model.view = { ...model.view, state: "ready", photos: [{ id: PHOTO }] as never };
    await decideConsent(false);
    expect(model.view.photos).toEqual([]);
  });

  test("takes back the message that names somebody, and its Undo", async () => {
    const dismiss = vi.spyOn(toasts, "dismissToast");
    const message = vi.spyOn(toasts, "toast");
    await rename(api.people[2] as never, "Cleo");
    await decideConsent(false);
    expect(dismiss).toHaveBeenCalledWith(message.mock.results[0]?.value);
    expect(undoLast()).toBe(false);
  });

  test("from elsewhere is followed as soon as it is heard of, a grant forgets nothing", async () => {
    queryClient.setQueryData(keys.consent, api.consent);
    remember();
    await readConsent();
    expect(remembered()).not.toContain(undefined);
    api.consent = { ...api.consent, state: "withdrawn", effective: false };
    await readConsent();
    expect(remembered()).toEqual([undefined, undefined, undefined]);
  });
});
