// The account that plain calls of a developer's own machine act as, on the seeds' routes. There is none but in local builds.
import { UserId } from "./ids.ts";

export const SEED_GUEST_ID = UserId.parse("00000000-0000-7000-8000-000000005eed");
export const SEED_GUEST_NAME = "Seed examples";
