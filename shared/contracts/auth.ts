// Who is calling. Every route takes its user from a Principal; none from the request.
import { z } from "zod";
import { UserId } from "./ids.ts";

export const Scope = z.enum(["photo.read", "photo.write"]);
export type Scope = z.infer<typeof Scope>;

export const Principal = z.object({ userId: UserId, via: z.enum(["session", "api-key"]), scopes: z.array(Scope) });
export type Principal = z.infer<typeof Principal>;

export const UserInfo = z
  .object({
    sub: UserId,
    name: z.string(),
    role: z.enum(["owner", "member"]),
    storage: z.object({ bytes: z.int(), photos: z.int() }),
  })
  .meta({ id: "UserInfo" });
export type UserInfo = z.infer<typeof UserInfo>;
