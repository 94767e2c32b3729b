// One object per render, so that a herd has it made once.
import { DurableObject } from "cloudflare:workers";

export class RenderFlight extends DurableObject {}
