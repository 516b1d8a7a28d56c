/**
 * Every boundary between two steps of one execution, in order. A process may die at any of them, and whoever picks the CDP up
 * again must bring the same effect to its end.
 */
export const FAULT_POINTS = [
  'before-claim',
  'after-claim',
  'after-begin',
  'after-sign',
  'after-record-signed',
  'after-submit',
  'after-record-submitted',
  'after-fate',
  'after-record-final',
  'before-release',
] as const
export type FaultPoint = (typeof FAULT_POINTS)[number]

/** Lets a test end the process between any two steps; production does nothing here. */
export interface FaultPort {
  at(point: FaultPoint): Promise<void> | void
}

export const noFaults: FaultPort = { at: () => undefined }
