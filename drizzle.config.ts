import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: ["./shared/db/schema.ts", "./shared/db/identity/schema.ts"],
  out: "./migrations",
});
