// Counts the tests of vitest's report, adds the steps that failed without one, and prints the closing line.
import { existsSync, readFileSync } from "node:fs";

const REPORT = "test-results/vitest.json";
const failedSteps = Number(process.argv[2] ?? 0);

let passed = 0;
let failed = 0;
let skipped = 0;
if (existsSync(REPORT)) {
  const report = JSON.parse(readFileSync(REPORT, "utf8"));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
  skipped = report.numPendingTests + (report.numTodoTests ?? 0);
  // A file that could not even be loaded has no tests to fail.
  for (const file of report.testResults) if (file.status === "failed" && file.assertionResults.length === 0) failed++;
}
// A step that failed although no test did (install, check, a missing report) must not look green.
if (failedSteps > 0 && failed === 0) failed = failedSteps;
if (passed === 0 && failed === 0) failed = 1;
if (skipped > 0) console.log(`(${skipped} skipped: what they need is not on this machine)`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || failedSteps > 0 ? 1 : 0;
