import { CLOCK_OFFSET_VARIABLE, type ProcessAnswer, type ProcessQuestion } from './process-protocol.ts'

/**
 * Replaces the process's `Date` by one that can be moved forward, before the bundle is loaded: a scenario lets days pass in seconds, and
 * what is deployed knows no other clock than `Date`.
 */
export function installShiftedClock(): void {
  const RealDate = Date
  let offsetMs = Number(process.env[CLOCK_OFFSET_VARIABLE] ?? 0)
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [RealDate.now() + offsetMs] : args, newTarget),
    get: (target, name, receiver) =>
      name === 'now' ? () => RealDate.now() + offsetMs : Reflect.get(target, name, receiver),
  })
  process.on('message', ({ advanceClockMs }: ProcessQuestion) => {
    offsetMs += advanceClockMs
    process.send?.({ rssBytes: process.memoryUsage.rss() } satisfies ProcessAnswer)
  })
  // Whoever asks must not keep a process alive that has nothing else to do.
  process.channel?.unref()
}
