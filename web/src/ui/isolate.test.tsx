// A name cannot turn the sentence around it around.
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Isolated, isolate } from "./isolate.tsx";

const TURNED = "Asha\u202e";

test("a name that turns text around is isolated from the sentence, in strings and in what is drawn", () => {
  expect(`Named ${isolate(TURNED)}.`).toBe("Named \u2068Asha\u202e\u2069.");
  expect(isolate("مريم")).toBe("\u2068مريم\u2069");
  expect(renderToStaticMarkup(<Isolated>{TURNED}</Isolated>)).toBe("<bdi>Asha\u202e</bdi>");
});

test("a name cannot end its isolate, or leave another one open", () => {
  expect(isolate("\u2069\u202eAsha\u2067")).toBe("\u2068\u202eAsha\u2069");
  expect(renderToStaticMarkup(<Isolated>{"\u2069\u202eAsha"}</Isolated>)).toBe("<bdi>\u202eAsha</bdi>");
});

test.each(["Asha", "Ødegård, O'Neill 3rd", "Ольга"])("%s stays as it is", (name) => {
  expect(isolate(name)).toBe(name);
});
