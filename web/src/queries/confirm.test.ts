// "Confirm it is you" is asked in one place, once, and the refused call goes on after it.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError, confirmWith, tell } from "../api.ts";
import { problemOf } from "../problem-of.test-help.ts";

describe("a call that needs a fresh proof", () => {
  let isFresh = false;
  let asked = 0;
  let sent: string[] = [];
  beforeEach(() => {
    isFresh = false;
    asked = 0;
    sent = [];
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      sent.push(`${init.method} ${url} ${init.body ?? ""}`);
      return isFresh
        ? new Response(null, { status: 204 })
        : Response.json(problemOf("confirmation-required"), { status: 403 });
    });
    return () => {
      confirmWith(null);
      vi.unstubAllGlobals();
    };
  });

  const answer = (isConfirmed: boolean) =>
    confirmWith(async () => {
      asked += 1;
      isFresh = isConfirmed;
      return isConfirmed;
    });

  test("is sent again, unchanged, once somebody has proved who they are", async () => {
    answer(true);
    await tell("POST", "/api-keys", { name: "backup" });
    expect(asked).toBe(1);
    expect(sent).toEqual(Array(2).fill('POST /api/v1/api-keys {"name":"backup"}'));
  });

  test("fails, and is not sent again, when nobody does", async () => {
    answer(false);
    await expect(tell("POST", "/api-keys", {})).rejects.toMatchObject({ code: "confirmation-required" });
    expect(sent).toHaveLength(1);
  });

  test("is asked about once, even by a server that is never content", async () => {
    confirmWith(async () => {
      asked += 1;
      return true;
    });
    await expect(tell("POST", "/api-keys", {})).rejects.toBeInstanceOf(ApiError);
    expect([asked, sent.length]).toEqual([1, 2]);
  });

  test.each(["/auth/confirm/password", "/auth/passkeys/confirm"])(
    "is never asked about a failed proof: %s",
    async (path) => {
      answer(true);
      await expect(tell("POST", path, {})).rejects.toBeInstanceOf(ApiError);
      expect(asked).toBe(0);
    },
  );
});
