// One schedule: a while of faults, then quiet, then judgement. Everything follows from the seed.
import { SWEEP_STALE_AFTER_MS } from "../../shared/contracts/limits.ts";
import { sweep } from "../../workers/gateway/sweep.ts";
import { reconcile } from "../../workers/progress/reconcile.ts";
import { deliverBatch } from "./consumers.ts";
import { causeDisaster, sendStrayMessage } from "./disasters.ts";
import { FaceWords } from "./face-words.ts";
import { NO_FAULTS, scaledFaults } from "./fault-rates.ts";
import { isAtRest, judgeEnd, judgeProgress, type Violation } from "./invariants.ts";
import { People } from "./people.ts";
import { Platform, type Stores } from "./platform.ts";
import { MODEL_IDS } from "./sample-photos.ts";
import { settle } from "./scheduler.ts";

interface ScheduleResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly trace: readonly string[];
}

const CHAOS_STEPS = 260;
/** What people do in one schedule, at most. */
const MAX_BATCHES = 4;
const MAX_CHANGES = 10;
/** Yes and no to recognition, and words about single faces, in one schedule. */
const MAX_FACE_WORDS = 5;
/** Before this step there is little to say them of. */
const FIRST_WORD_STEP = 120;
/** The cron's period (ms), as wrangler.toml has it. */
const SWEEP_EVERY_MS = 5 * 60_000;
/** Sweeps after which everything must have ended: the longest way is an upload without bytes, abandoned after an hour. */
const QUIET_SWEEPS = 44;
/** Sweeps of the quiet phase before which a disaster may still happen. */
const CALM_DISASTERS = 8;
/** A jump (ms) beyond which no process survives in production. */
const LONG_JUMP_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export async function runSchedule(
  stores: Stores,
  seed: number,
  options: { isTraced: boolean } = { isTraced: false },
): Promise<ScheduleResult> {
  const platform = new Platform(stores, seed, options);
  const people = new People(platform);
  const faceWords = new FaceWords(platform);
  const hasDisasters = await chaos(platform, people, faceWords);
  if (platform.violations.length === 0) await quiet(platform, people, hasDisasters);
  platform.trace.step(platform.violations.length, () => `** ${platform.violations.length} violations`);
  return {
    seed,
    violations: platform.violations,
    digest: platform.trace.digest,
    counts: platform.counts,
    trace: platform.trace.lines,
  };
}

/** @returns whether disasters happen in this schedule */
async function chaos(platform: Platform, people: People, faceWords: FaceWords): Promise<boolean> {
  const { random, violations } = platform;
  platform.rates = scaledFaults(random.pick([0, 0.2, 0.5, 1, 1]));
  const hasDisasters = random.chance(0.3);
  // Somebody trashes a photo, leaves for a month, and restores it while the cron is about to remove it.
  const holidayAt = random.chance(0.2) ? 100 + random.int(100) : -1;
  const backAt = holidayAt < 0 ? -1 : holidayAt + random.int(50);
  let batches = 1 + random.int(MAX_BATCHES);
  let changes = random.int(MAX_CHANGES + 1);
  let words = random.chance(0.6) ? random.int(MAX_FACE_WORDS + 1) : 0;
  let faces = random.chance(0.6) ? random.int(MAX_FACE_WORDS + 1) : 0;
  const modelAt = random.chance(0.3) ? random.int(CHAOS_STEPS) : -1;
  for (let step = 0; step < CHAOS_STEPS && violations.length === 0; step++) {
    platform.advance(random.int(300));
    platform.mayLimitRoom();
    if (step === holidayAt - 60) people.trashSomething();
    // So late that the removal rarely gets to the bytes: they outlast a month without a sweep.
    if (step === holidayAt - 8) people.removeSomething();
    if (step === holidayAt) leaveForAMonth(platform);
    if (step === backAt) people.restoreSomething();
    if (step === modelAt) installModel(platform);
    if (platform.alarms.size > 0 && random.chance(0.05)) platform.ringAlarm(random.pick([...platform.alarms]));
    const roll = random.next();
    if (roll < 0.003) platform.restart();
    else if (roll < 0.006) evictHub(platform);
    else if (roll < 0.015) {
      if (hasDisasters) causeDisaster(platform);
    } else if (roll < 0.021) sendStrayMessage(platform);
    else if (roll < 0.045) jump(platform);
    else if (roll < 0.06) startSweep(platform, random.chance(0.2) ? 0 : SWEEP_STALE_AFTER_MS);
    else if (roll < 0.07)
      startReconcile(platform, random.pick(platform.users), random.chance(0.5) ? 0 : platform.now - 120_000);
    else if (roll < 0.12 && batches > 0) {
      batches--;
      people.uploadBatch();
    } else if (roll < 0.18 && changes > 0) {
      changes--;
      people.changePhoto();
    } else if (words > 0 && ((roll < 0.2 && step > FIRST_WORD_STEP) || (roll < 0.35 && faceWords.hasAttempts()))) {
      words--;
      faceWords.sayYesOrNo();
    } else if (roll < 0.23 && faces > 0) {
      faces--;
      faceWords.sayOfAFace();
    } else if (!pickWork(platform)) platform.advance(random.int(5000));
    await settle();
  }
  return hasDisasters;
}

/** Chance per step that a process stands still for a while, and that all who do go on: a slow disk, a long pause. */
const STALL_CHANCE = 0.01;
const GO_ON_CHANCE = 0.01;

/** One thing that waits: an operation, a message, an event, a report. */
function pickWork(platform: Platform): boolean {
  const { random, scheduler, events, now, stalled } = platform;
  if (stalled.size > 0 && !platform.isHeld && random.chance(GO_ON_CHANCE)) stalled.clear();
  const moving = scheduler.pending.filter(({ process }) => !stalled.has(process));
  if (moving.length > 0 && platform.mayStall && !platform.isHeld && random.chance(STALL_CHANCE))
    stalled.add(random.pick(moving).process);
  const ready = platform.queues.filter((queue) => queue.hasReady(now));
  const hubs = [...platform.hubs.values()].filter(({ mailbox }) => mailbox.length > 0);
  const weights = [
    moving.length > 0 ? 8 : 0,
    ready.length > 0 ? 1.5 : 0,
    events.length > 0 ? 1.5 : 0,
    hubs.length > 0 ? 1.5 : 0,
  ];
  let draw = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const kind = weights.findIndex((weight) => {
    draw -= weight;
    return draw < 0;
  });
  if (kind === 0) platform.execute(scheduler.take(random.pick(moving)));
  else if (kind === 1) deliverBatch(platform, random.pick(ready));
  else if (kind === 2) platform.thumbnailQueue.send(random.take(events), now);
  else if (kind === 3) {
    const hub = random.pick(hubs);
    for (const photoId of hub.apply(random.take(hub.mailbox), now))
      platform.violate("progress-exact", `the hub took an older report of ${photoId}`);
  }
  return kind >= 0;
}

/** An operator installs another model. */
function installModel(platform: Platform): void {
  platform.trace.step(9, () => "** another model is installed");
  platform.count("operator: another model");
  platform.modelId = MODEL_IDS[1];
}

function evictHub(platform: Platform): void {
  const wipe = platform.random.chance(0.5);
  const hub = platform.hubs.get(platform.random.pick(platform.users));
  platform.count(`fault: hub evicted${wipe ? ", storage wiped" : ""}`);
  for (const process of [...platform.scheduler.processes])
    if (process.name === "reconcile" && process.actor === hub?.userId) platform.scheduler.kill(process);
  hub?.evict(wipe);
}

/** Time passes with everything standing still: leases run out under live attempts, messages come late. */
function jump(platform: Platform): void {
  const { random } = platform;
  const roll = random.next();
  const ms =
    roll < 0.55
      ? random.int(90_000)
      : roll < 0.85
        ? random.int(LONG_JUMP_MS)
        : roll < 0.95
          ? 60 * 60_000 + random.int(30 * 60_000)
          : 31 * DAY_MS;
  pass(platform, ms);
}

function leaveForAMonth(platform: Platform): void {
  pass(platform, 31 * DAY_MS);
  startSweep(platform, SWEEP_STALE_AFTER_MS);
  // A run that takes longer than the period meets the next one.
  if (platform.random.chance(0.5)) startSweep(platform, SWEEP_STALE_AFTER_MS);
}

function pass(platform: Platform, ms: number): void {
  platform.advance(ms);
  platform.trace.step(4, () => `** ${Math.round(ms / 1000)} s pass`);
  if (ms >= LONG_JUMP_MS) {
    for (const process of [...platform.scheduler.processes]) if (!process.isClient) platform.scheduler.kill(process);
    for (const { mailbox } of platform.hubs.values()) mailbox.length = 0;
    for (const queue of platform.queues) queue.expire(platform.now);
  }
}

function startSweep(platform: Platform, staleAfterMs: number): void {
  const process = platform.scheduler.start("sweep", null, platform.now);
  platform.trace.step(5, () => `** sweep #${process.id} starts`);
  sweep(platform.gatewayPorts(process), staleAfterMs).then(
    (report) => {
      for (const [repair, times] of Object.entries(report.repaired))
        for (let i = 0; i < times; i++) platform.count(`sweep: ${repair}`);
      platform.scheduler.end(process);
    },
    (cause) => platform.violate("lawful-calls", `sweep() rejected: ${String(cause)}`),
  );
}

function startReconcile(platform: Platform, userId: string, since: number): void {
  const hub = platform.hubs.get(userId);
  if (hub === undefined) return;
  const process = platform.scheduler.start("reconcile", userId, platform.now);
  const { db, now } = platform.gatewayPorts(process);
  // A failed reconcile is tried again by the object's alarm.
  reconcile({ db, register: hub.register, now }, userId, since)
    .then(
      () => since === 0 && hub.register.setMeta("hydrated", 1),
      () => {},
    )
    .finally(() => platform.scheduler.end(process));
}

/** No new faults. What is under way ends, the cron keeps its period, and in the end everything must hold. */
async function quiet(platform: Platform, people: People, hasDisasters: boolean): Promise<void> {
  platform.trace.step(6, () => "** quiet");
  platform.rates = NO_FAULTS;
  platform.mayStall = false;
  platform.isHeld = false;
  platform.stalled.clear();
  let judged: Violation[] = [];
  for (let sweeps = 0; sweeps < QUIET_SWEEPS; sweeps++) {
    // Bytes also vanish in calm weather, from photos that had ended.
    if (hasDisasters && sweeps < CALM_DISASTERS && platform.random.chance(0.25)) causeDisaster(platform);
    const sweepAt = platform.now + SWEEP_EVERY_MS;
    await drain(platform, sweepAt);
    if (platform.violations.length > 0) return;
    // An older backup knows nothing of the rev that a lost row had: progress is exact again once the row is recovered.
    const isRowMissing = [...platform.damaged].some((photoId) => !platform.stores.monitor.photos.has(photoId));
    if (sweeps === 0 && !isRowMissing) {
      await reconcileAll(platform);
      await judgeProgress(platform, platform.violate);
    }
    platform.now = Math.max(platform.now, sweepAt);
    startSweep(platform, SWEEP_STALE_AFTER_MS);
    await drain(platform, platform.now);
    if (platform.violations.length > 0) return;
    // The last repairs of a sweep are judged after one more: it must leave a sound state alone.
    if (sweeps === 0 || (hasDisasters && sweeps < CALM_DISASTERS) || !isAtRest(platform) || hasWork(platform)) continue;
    judged = await reconcileAndJudge(platform, people);
    if (judged.length === 0) return;
  }
  if (!isAtRest(platform)) judged = await reconcileAndJudge(platform, people);
  for (const { invariant, detail } of judged) platform.violate(invariant, detail);
}

/** A hub that was wiped is filled first; then every hub is compared with D1. */
async function reconcileAll(platform: Platform): Promise<void> {
  for (let pass = 0; pass < 2; pass++) {
    for (const userId of platform.users) startReconcile(platform, userId, 0);
    await drain(platform, platform.now);
  }
}

async function reconcileAndJudge(platform: Platform, people: People): Promise<Violation[]> {
  await reconcileAll(platform);
  return await judgeEnd(platform, people.promises);
}

function hasWork(platform: Platform): boolean {
  return (
    platform.scheduler.pending.length > 0 ||
    platform.events.length > 0 ||
    platform.queues.some(({ waiting }) => waiting.length > 0)
  );
}

/** Until nothing moves before `until`; delayed messages pull the clock forward. */
async function drain(platform: Platform, until: number): Promise<void> {
  for (let guard = 0; platform.violations.length === 0; guard++) {
    if (guard > 20_000) return platform.violate("every-photo-ends", "the platform does not come to rest");
    await settle();
    const [waiting] = platform.alarms;
    if (waiting !== undefined && platform.scheduler.pending.length === 0) platform.ringAlarm(waiting);
    if (pickWork(platform)) {
      platform.advance(10);
      continue;
    }
    const nextAt = Math.min(...platform.queues.map((queue) => queue.nextAt()));
    if (nextAt > until) return;
    platform.now = Math.max(platform.now, nextAt);
  }
}
