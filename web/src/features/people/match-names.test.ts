// Typing a name: who is offered, in what order, and who is taken for the same person.
import { describe, expect, test } from "vitest";
import { fakePerson } from "./fake-people-api.test-help.ts";
import { matchNames, namesake } from "./match-names.ts";

const person = (at: number, name: string | null, photos = 1, isHidden = false) =>
  fakePerson(at, { name, photos, isHidden });
const names = (list: readonly { readonly name: string | null }[]) => list.map(({ name }) => name);

describe("names", () => {
  const people = [
    person(1, "Asha Rao", 5),
    person(2, "Natasha", 50),
    person(3, "Maya Ashford", 9),
    person(4, "José", 7),
    person(5, null, 99),
    person(6, "Ash the hidden", 99, true),
  ];

  test("offers whoever's name begins so first, then a later word, then any part; never hidden or unnamed people", () => {
    expect(names(matchNames(people, "ash"))).toEqual(["Asha Rao", "Maya Ashford", "Natasha"]);
  });

  test("offers the most photographed when nothing is typed, without those excepted", () => {
    expect(names(matchNames(people, "", new Set([people[1]?.id ?? ""]), 2))).toEqual(["Maya Ashford", "José"]);
  });

  test("finds José by jose, but only José is José", () => {
    expect(names(matchNames(people, "jose"))).toEqual(["José"]);
    expect(namesake(people, "jose")).toBeNull();
    expect(namesake(people, "  JOSÉ ")?.name).toBe("José");
    expect(namesake(people, "Jose\u0301")?.name).toBe("José");
  });

  test("does not confuse words that differ only in the vowel signs of their script", () => {
    const hindi = [person(1, "सीता"), person(2, "साता")];
    expect(names(matchNames(hindi, "सी"))).toEqual(["सीता"]);
    expect(namesake(hindi, "साता")?.name).toBe("साता");
  });

  test("takes the one in more photos where two have one name, and nobody for an empty field", () => {
    const twins = [person(1, "Kim", 2), person(2, "kim", 8)];
    expect(namesake(twins, "Kim")?.photos).toBe(8);
    expect(namesake(twins, "Kim", new Set([twins[1]?.id ?? ""]))?.photos).toBe(2);
    expect(namesake([person(1, "")], "  ")).toBeNull();
  });
});
