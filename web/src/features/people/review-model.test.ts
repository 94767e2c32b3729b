// "Same person?": answers go on at once, come back when they fail or are undone, and nothing is asked twice.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type FakePeopleApi, fakeLibrary } from "./fake-people-api.test-help.ts";
import { ReviewModel } from "./review-model.ts";
import { countReview } from "./review-queue.ts";

describe("the review", () => {
  let api: FakePeopleApi;
  let model: ReviewModel;
  let failures: string[];
  beforeEach(async () => {
    api = fakeLibrary(["Asha", "Ben", "Cleo"], 27);
    vi.stubGlobal("fetch", api.fetch);
    failures = [];
    model = new ReviewModel({ onFailed: (question) => failures.push(question.id), onUndone: () => {} });
    await model.fetchMore();
    return () => vi.unstubAllGlobals();
  });

  const asked = () => model.view.review.questions[0]?.id;
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

  test("shows the next question before the answer has arrived", async () => {
    const first = asked();
    model.give("different");
    expect(asked()).not.toBe(first);
    expect(api.calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
    await settled();
    expect(api.suggestions.map(({ id }) => id)).not.toContain(first);
  });

  test("asks every question once, whatever is answered, and then ends", async () => {
    const seen: string[] = [];
    const answers = ["different", "skip", "different"] as const;
    for (let at = 0; asked() !== undefined; at += 1) {
      seen.push(asked() ?? "");
      model.give(answers[at % 3] ?? "skip");
      await settled();
    }
    expect(seen).toHaveLength(29);
    expect(new Set(seen).size).toBe(29);
    expect(countReview(model.view.review)).toEqual({ same: 0, different: 19, skipped: 10, left: 0 });
  });

  test("drops questions about whoever a yes has merged away", async () => {
    const merged = model.view.review.questions[0]?.right.person?.id;
    model.give("same");
    await settled();
    const left = model.view.review.questions.flatMap(({ left, right }) => [left.person?.id, right.person?.id]);
    expect(left).not.toContain(merged);
    expect(model.view.review.questions.length).toBeGreaterThan(0);
  });

  test("brings a question back on top when its answer could not be kept, and says so", async () => {
    const first = asked();
    api.fault = { path: "/people/suggestions/", code: "storage-unavailable" };
    model.give("same");
    expect(asked()).not.toBe(first);
    await settled();
    expect(asked()).toBe(first);
    expect(failures).toEqual([first]);
    expect(countReview(model.view.review).same).toBe(0);
  });

  test("drops a question somebody else has answered, without blame", async () => {
    const first = asked();
    api.suggestions = api.suggestions.filter(({ id }) => id !== first);
    model.give("different");
    await settled();
    expect(failures).toEqual([]);
    expect(model.view.review.questions.map(({ id }) => id)).not.toContain(first);
    expect(countReview(model.view.review).different).toBe(0);
  });

  test("takes back answers one by one, last first, on the server too; a skip only here", async () => {
    const order = model.view.review.questions.slice(0, 3).map(({ id }) => id);
    model.give("different");
    model.give("skip");
    model.give("different");
    await settled();
    await model.undo();
    expect(asked()).toBe(order[2]);
    await model.undo();
    expect(asked()).toBe(order[1]);
    await model.undo();
    expect(asked()).toBe(order[0]);
    expect(await model.undo()).toBe(false);
    expect(api.calls.filter((call) => call === "POST /people/undo")).toHaveLength(2);
    expect(api.suggestions).toHaveLength(29);
  });

  test("says that nothing could be fetched, and goes on when it can", async () => {
    api.fault = { path: "/people/suggestions", code: "internal" };
    const lonely = new ReviewModel({ onFailed: () => {}, onUndone: () => {} });
    await lonely.fetchMore();
    expect(lonely.view.state).toBe("failed");
    api.fault = null;
    await lonely.fetchMore();
    expect(lonely.view.state).toBe("ready");
  });
});
