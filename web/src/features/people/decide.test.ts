// A decision is seen at once, kept when the server agrees, taken back when it does not, and undone when asked.
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { FaceCard } from "../../../../shared/contracts/people.ts";
import { people as peopleApi } from "../../people-api.ts";
import { keys } from "../../queries/keys.ts";
import { queryClient } from "../../queries/query-client.ts";
import * as toasts from "../../ui/toasts.tsx";
import { undoLast } from "./decide.ts";
import { chooseCover, merge, moveFaces, notThisPerson, rename, setHidden, splitOff } from "./decisions.ts";
import { currentEdits } from "./edit-store.ts";
import { type FakePeopleApi, fakeLibrary } from "./fake-people-api.test-help.ts";
import { editPeople } from "./people-edits.ts";

describe("a decision", () => {
  let api: FakePeopleApi;
  beforeEach(() => {
    api = fakeLibrary(["Asha", "Ben"], 2);
    vi.stubGlobal("fetch", api.fetch);
    queryClient.clear();
    return () => vi.unstubAllGlobals();
  });

  const person = (at: number) => {
    const found = api.people[at];
    if (!found) throw new Error(`no person ${at}`);
    return found;
  };
  /** What a page would show: the server's word with the edits over it. */
  const shown = async () => editPeople((await peopleApi.list({ hidden: "true" })).items, currentEdits());
  const idle = () => vi.waitFor(() => expect(currentEdits()).toEqual([]));

  test("is drawn before it is sent, and is the server's word afterwards", async () => {
    const before = (await peopleApi.list({})).items;
    const sending = rename(person(2), "Cleo");
    expect(editPeople(before, currentEdits()).map(({ name }) => name)).toContain("Cleo");
    expect((await sending)[0]?.action.kind).toBe("rename");
    expect(currentEdits()).toEqual([]);
    expect(person(2).name).toBe("Cleo");
  });

  test("that fails is taken back, and leaves another one standing that was made meanwhile", async () => {
    api.fault = { path: "/people/merge", code: "storage-unavailable" };
    const failing = merge(person(0), [person(1)]);
    const naming = rename(person(3), "Dev");
    expect(await failing).toEqual([]);
    await naming;
    const names = (await shown()).map(({ name }) => name);
    expect(names).toContain("Ben");
    expect(names).toContain("Dev");
  });

  test("over several faces keeps what went through when one is refused", async () => {
    const faces = api.faces.filter((face) => face.person === person(0).id);
    const refused = faces[1]?.id ?? "";
    api.fault = { path: `/faces/${refused}`, code: "not-found" };
    const changes = await moveFaces(faces, { kind: "known", person: person(1) });
    expect(changes).toHaveLength(3);
    expect(api.faces.filter((face) => face.person === person(0).id).map(({ id }) => id)).toEqual([refused]);
    expect(currentEdits()).toEqual([]);
  });

  test("gives several faces of nobody to one new person, not to one each, and nothing when the first is refused", async () => {
    api.faces = api.faces.map((face) => (face.person === person(0).id ? { ...face, person: null } : face));
    const faces = api.faces.filter((face) => face.person === null);
    api.fault = { path: `/faces/${faces[0]?.id}`, code: "storage-unavailable" };
    expect(await moveFaces(faces, { kind: "new", name: "Eve" })).toEqual([]);
    expect(api.faces.filter((face) => face.person === null)).toHaveLength(4);
    api.fault = null;
    expect(await moveFaces(faces, { kind: "new", name: "Eve" })).toHaveLength(4);
    const eves = api.people.filter(({ name }) => name === "Eve");
    expect(eves).toHaveLength(1);
    expect(api.faces.filter((face) => face.person === eves[0]?.id)).toHaveLength(4);
  });

  test("is undone by its action, and what was merged is seen again before the server has answered", async () => {
    const [asha, ben] = [person(0), person(1)];
    await merge(asha, [ben]);
    expect((await shown()).map(({ id }) => id)).not.toContain(ben.id);
    const merged = (await peopleApi.list({ hidden: "true" })).items;
    expect(undoLast()).toBe(true);
    expect(editPeople(merged, currentEdits()).map(({ id }) => id)).toContain(ben.id);
    await idle();
    expect(api.people.map(({ name }) => name)).toContain("Ben");
    expect(undoLast()).toBe(false);
  });

  test("makes every list of people read again", async () => {
    let reads = 0;
    await queryClient.fetchQuery({ queryKey: keys.peopleHistory, queryFn: () => ++reads });
    await rename(person(2), "Cleo");
    expect(queryClient.getQueryState(keys.peopleHistory)?.isInvalidated).toBe(true);
  });

  test("is told so that a name cannot turn its message around", async () => {
    const [asha, ben] = [person(0), person(1)];
    const card = api.faces[0] as FaceCard;
    const turned = { ...asha, name: "Asha\u202e" };
    const told = vi.spyOn(toasts, "toast").mockReturnValue(0);
    onTestFinished(() => told.mockRestore());
    await rename(turned, turned.name);
    await rename(turned, null);
    await merge(turned, [ben]);
    await setHidden([turned], true);
    await chooseCover(turned, card);
    await splitOff(turned, [card], turned.name);
    await moveFaces([card], { kind: "known", person: turned });
    await notThisPerson([card], turned.name);
    const said = told.mock.calls.filter(([, more]) => more?.tone === "ok").map(([text]) => text);
    expect(said.filter((text) => text.includes("\u202e"))).toHaveLength(8);
    const sentences = told.mock.calls.map(([text]) => text);
    for (const text of sentences) expect(text.replaceAll("\u2068Asha\u202e\u2069", "")).not.toContain("\u202e");
  });

  test("is sent again with the same key when the connection broke, so that it happens once", async () => {
    const sent: (string | null)[] = [];
    vi.stubGlobal("fetch", async (input: string, init: RequestInit) => {
      if (init.method !== "PATCH") return api.fetch(input, init);
      sent.push(new Headers(init.headers).get("idempotency-key"));
      if (sent.length === 1) throw new TypeError("connection lost");
      return api.fetch(input, init);
    });
    expect(await rename(person(2), "Cleo")).toHaveLength(1);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
    expect(sent[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});
