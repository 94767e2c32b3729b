// The ticket that opens one WebSocket: bound to the session and the Origin it was issued to, single use, half a minute.
import { z } from "zod";

export const LiveTicket = z.object({ ticket: z.string(), expiresAt: z.iso.datetime() }).meta({ id: "LiveTicket" });
export type LiveTicket = z.infer<typeof LiveTicket>;
