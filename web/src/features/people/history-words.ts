// A logged decision in one sentence. Pure; one table, so that a new kind does not compile until it has words.
import type { PeopleAction, PeopleActionKind } from "../../../../shared/contracts/people.ts";
import { sayCount } from "../../say.ts";
import { isolate } from "../../ui/isolate.tsx";

const quoted = (name: string | null | undefined): string => (name ? isolate(name) : "an unnamed person");

function renamed(action: PeopleAction): string {
  const old = action.people[0]?.name ?? null;
  if (action.name === null) return `Took the name of ${quoted(old)} away`;
  return old === null || old === action.name
    ? `Gave the name ${quoted(action.name)}`
    : `Renamed ${quoted(old)} to ${quoted(action.name)}`;
}

function whoAll({ people }: PeopleAction): string {
  const names = people.map(({ name }) => quoted(name));
  if (names.length === 0) return "somebody";
  if (names.length === 1) return names[0] ?? "";
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

const first = ({ people }: PeopleAction) => quoted(people[0]?.name);
const faces = ({ faces }: PeopleAction) => sayCount(faces, "face", "faces");

const SENTENCES = {
  rename: renamed,
  birthday: (action) => `Changed the birthday of ${first(action)}`,
  hide: (action) => `Hid ${whoAll(action)}`,
  show: (action) => `Showed ${whoAll(action)} again`,
  cover: (action) => `Chose another cover for ${first(action)}`,
  merge: (action) => `Merged ${whoAll(action)}`,
  split: (action) =>
    `Split ${faces(action)} off ${first(action)}${action.name === null ? "" : ` as ${quoted(action.name)}`}`,
  assign: (action) =>
    `Said that ${faces(action)} ${action.faces === 1 ? "is" : "are"} ${quoted(action.name ?? action.people.at(-1)?.name)}`,
  unassign: (action) => `Said that ${faces(action)} ${action.faces === 1 ? "is" : "are"} not ${first(action)}`,
  dismiss: () => "Said that something is not a face",
  draw: (action) =>
    `Drew a face${action.name === null && action.people.length === 0 ? "" : ` of ${quoted(action.name ?? action.people.at(-1)?.name)}`}`,
  same: (action) => `Said yes: ${whoAll(action)} are the same person`,
  different: (action) => `Said no: ${whoAll(action)} are different people`,
} as const satisfies Record<PeopleActionKind, (action: PeopleAction) => string>;

export function actionSentence(action: PeopleAction): string {
  return SENTENCES[action.kind](action);
}
