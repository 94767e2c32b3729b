// Standard output for one JSON document alone: whatever else this process, wrangler and workerd say goes to standard error.

/** Call it before anything is started. @returns what prints the document */
export function keepStdoutForJson(): (document: unknown) => void {
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  return (document) => {
    print(`${JSON.stringify(document, null, 2)}\n`);
  };
}
