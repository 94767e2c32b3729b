// Decisions drawn over the server's word: they look done at once, fit data that already has them, and come off again.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Face } from "../../../../shared/contracts/photos.ts";
import { fakeFace, fakeId, fakePerson } from "./fake-people-api.test-help.ts";
import { editFaceCards, editPeople, editPhotoFaces, type PeopleEdit, sectionPeople } from "./people-edits.ts";

const asha = fakePerson(1, { name: "Asha", photos: 4, faces: 5 });
const ben = fakePerson(2, { name: "Ben", photos: 2, faces: 2 });
const nobody = fakePerson(3, { photos: 9, faces: 9 });
const all = [asha, ben, nobody];

const merge = (into: string, ...from: string[]): PeopleEdit => ({ kind: "merge", into, from });

describe("edits of people", () => {
  test("a merge leaves one, with the photos of all", () => {
    expect(editPeople(all, [merge(asha.id, ben.id)])).toEqual([{ ...asha, photos: 6, faces: 7 }, nobody]);
  });

  test("a merge into somebody unnamed leaves whoever has a name", () => {
    const [survivor] = editPeople(all, [merge(nobody.id, ben.id)]).filter(({ id }) => id === ben.id);
    expect(survivor).toMatchObject({ name: "Ben", photos: 11 });
    expect(editPeople(all, [merge(nobody.id, ben.id)])).toHaveLength(2);
  });

  test("every edit over data that already has it changes nothing", () => {
    const id = fc.constantFrom(asha.id, ben.id, nobody.id);
    const edit = fc.oneof(
      fc.record({ kind: fc.constant("merge" as const), into: id, from: fc.array(id, { minLength: 1, maxLength: 2 }) }),
      fc.record({ kind: fc.constant("patch" as const), person: id, change: fc.record({ name: fc.constant("New") }) }),
      fc.record({ kind: fc.constant("restore" as const), people: fc.subarray(all), faces: fc.constant([]) }),
    );
    fc.assert(
      fc.property(edit, (one) => {
        const done = editPeople(all, [one]);
        expect(editPeople(done, [one])).toEqual(done);
      }),
    );
  });

  test("taking one edit away leaves the others standing", () => {
    const rename: PeopleEdit = { kind: "patch", person: ben.id, change: { name: "Benjamin" } };
    const failed: PeopleEdit = { kind: "patch", person: ben.id, change: { isHidden: true } };
    expect(
      editPeople(
        all,
        [failed, rename].filter((edit) => edit !== failed),
      )[1],
    ).toEqual({ ...ben, name: "Benjamin" });
  });

  test("an undo brings a merged person back before the server has said so", () => {
    const edits = [merge(asha.id, ben.id), { kind: "restore" as const, people: [asha, ben], faces: [] }];
    expect(new Set(editPeople(all, edits))).toEqual(new Set(all));
  });

  test("named, renamed, hidden and shown people stand in their section at once, most photos first", () => {
    const { named, unnamed, hidden } = sectionPeople(
      editPeople(all, [
        { kind: "patch", person: nobody.id, change: { name: "Zoe" } },
        { kind: "patch", person: asha.id, change: { isHidden: true } },
      ]),
    );
    expect(named.map(({ name }) => name)).toEqual(["Zoe", "Ben"]);
    expect(unnamed).toEqual([]);
    expect(hidden.map(({ name }) => name)).toEqual(["Asha"]);
  });
});

describe("edits of faces", () => {
  const cards = [fakeFace(3, asha), fakeFace(2, asha), fakeFace(1, asha)];
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
  const away: PeopleEdit = { kind: "move", faces: [fakeId(2, 2)], to: ben.id, name: "Ben" };

  test("a moved face leaves the wall it was on, and not the one it went to", () => {
    expect(ids(editFaceCards(cards, asha.id, [away]))).toEqual([fakeId(2, 3), fakeId(2, 1)]);
    expect(editFaceCards(cards, ben.id, [away])).toEqual(cards);
  });

  test("an undone move puts the face back at its time", () => {
    const back: PeopleEdit = { kind: "restore", people: [], faces: cards.slice(1, 2) };
    expect(editFaceCards(cards, asha.id, [away, back])).toEqual(cards);
  });

  test("in a photo a named face shows its name, and what is no face goes", () => {
    const faces = cards.map((card) => ({ ...card, personName: "Asha", suggestion: null }) as unknown as Face);
    const edited = editPhotoFaces(faces, [
      away,
      { kind: "move", faces: [fakeId(2, 3)], to: null, name: null, isDismissed: true },
    ]);
    expect(edited.map(({ id, personName }) => [id, personName])).toEqual([
      [fakeId(2, 2), "Ben"],
      [fakeId(2, 1), "Asha"],
    ]);
  });
});
