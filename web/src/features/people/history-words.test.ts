// Every kind of decision reads as a sentence, also when nobody in it has a name.
import { expect, test } from "vitest";
import { type PeopleAction, PeopleActionKind } from "../../../../shared/contracts/people.ts";
import { fakeId } from "./fake-people-api.test-help.ts";
import { actionSentence } from "./history-words.ts";

const action = (kind: PeopleActionKind, names: (string | null)[], more: Partial<PeopleAction> = {}) =>
  ({
    id: fakeId(4, 1),
    kind,
    people: names.map((name, at) => ({ id: fakeId(1, at), name })),
    faces: 2,
    name: null,
    createdAt: "2026-01-01T00:00:00Z",
    undoneAt: null,
    ...more,
  }) as PeopleAction;

test.each(PeopleActionKind.options)("%s is a sentence without holes", (kind) => {
  for (const names of [[], [null], ["Asha", null, "Ben"]]) {
    const sentence = actionSentence(action(kind, names));
    expect(sentence).toMatch(/^[A-Z][^\n]{5,}$/);
    expect(sentence).not.toMatch(/null|undefined| {2}/);
  }
});

test("names who was meant", () => {
  expect(actionSentence(action("merge", ["Asha", "Ben", null]))).toBe("Merged Asha, Ben and an unnamed person");
  expect(actionSentence(action("rename", ["Asha"], { name: "Asha Rao" }))).toBe("Renamed Asha to Asha Rao");
  expect(actionSentence(action("rename", [null], { name: "Asha" }))).toBe("Gave the name Asha");
  expect(actionSentence(action("split", ["Asha"], { name: "Ben" }))).toBe("Split 2 faces off Asha as Ben");
  expect(actionSentence(action("unassign", ["Asha"], { faces: 1 }))).toBe("Said that 1 face is not Asha");
});

test("a name cannot turn the sentence around", () => {
  const turned = "Asha\u202e";
  for (const kind of PeopleActionKind.options) {
    const sentence = actionSentence(action(kind, [turned, turned], { name: turned }));
    expect(sentence.replaceAll("\u2068Asha\u202e\u2069", "")).not.toContain("\u202e");
  }
});
