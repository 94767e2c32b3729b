// One object per resumable upload: where it stands, and who writes to it.
import { DurableObject } from "cloudflare:workers";

export class TusUpload extends DurableObject {}
