// A queue of jobs of which only one runs at any moment. It knows nothing of what they do.

/** Runs the job after all that were given before it have settled, well or badly; answers as the job does. */
export type OneAtATime = <Result>(job: () => Promise<Result>) => Promise<Result>;

export function createOneAtATime(): OneAtATime {
  let tail: Promise<unknown> = Promise.resolve();
  return (job) => {
    const result = tail.then(job);
    tail = result.catch(() => undefined);
    return result;
  };
}
