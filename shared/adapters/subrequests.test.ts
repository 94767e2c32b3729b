import { describe, expect, it } from "vitest";
import { Subrequests } from "./subrequests.ts";

describe("subrequests", () => {
  it("are spent while they are left, and not at all when they are too few", () => {
    const calls = new Subrequests(3);
    expect([calls.spend(2), calls.spend(2), calls.spend(1), calls.spend(1)]).toEqual([true, false, true, false]);
  });

  it("a share spends the whole, and is never more than what is left of it", () => {
    const whole = new Subrequests(10);
    const [first, second] = [whole.share(6), whole.share(6)];
    expect(first.spend(6)).toBe(true);
    expect([whole.left, first.left, second.left]).toEqual([4, 0, 4]);
    expect([second.spend(5), second.spend(4), whole.left]).toEqual([false, true, 0]);
  });
});
