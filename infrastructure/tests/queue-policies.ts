import { blocks, isAttributes, number, ofType, type Plan, text } from './plan.ts'

/** Every queue hands what keeps failing to a dead-letter queue of the same plan, which keeps messages longer. */
export function queuesWithoutLongerDeadLetterQueue(plan: Plan): string[] {
  const queues = ofType(plan, 'aws_sqs_queue')
  const retention = new Map(
    queues.map((queue) => [text(queue.values, 'name'), number(queue.values, 'message_retention_seconds')]),
  )
  const deadLetterQueues = new Set<string | undefined>()
  const violations: string[] = []
  for (const queue of queues) {
    const redrive = text(queue.values, 'redrive_policy')
    if (redrive === undefined) continue
    const target = deadLetterTarget(redrive)
    deadLetterQueues.add(target)
    const kept = retention.get(target) ?? Number.NaN
    if (!(kept > number(queue.values, 'message_retention_seconds'))) {
      violations.push(
        `${queue.address}: its dead-letter queue ${target} is not planned or keeps messages no longer than it does`,
      )
    }
  }
  for (const target of scheduleTargets(plan)) {
    const deadLetters = blocks(target.values, 'dead_letter_config')[0]
    const name = text(deadLetters ?? {}, 'arn')
      ?.split(':')
      .at(-1)
    deadLetterQueues.add(name)
    if (name === undefined || !retention.has(name))
      violations.push(`${target.address}: the schedule has no planned dead-letter queue`)
  }
  for (const queue of queues) {
    const isWork = text(queue.values, 'redrive_policy') !== undefined
    if (!isWork && !deadLetterQueues.has(text(queue.values, 'name'))) {
      violations.push(`${queue.address}: a queue without dead-letter queue that is none itself`)
    }
  }
  return violations
}

function deadLetterTarget(redrivePolicy: string): string | undefined {
  const policy: unknown = JSON.parse(redrivePolicy)
  const arn = isAttributes(policy) ? text(policy, 'deadLetterTargetArn') : undefined
  return arn?.split(':').at(-1)
}

function scheduleTargets(plan: Plan) {
  return ofType(plan, 'aws_scheduler_schedule').flatMap((schedule) =>
    blocks(schedule.values, 'target').map((values) => ({ address: schedule.address, values })),
  )
}

/** Dead letters wait two weeks for a person. */
export function deadLettersKeptTooShort(plan: Plan): string[] {
  return ofType(plan, 'aws_sqs_queue')
    .filter((queue) => text(queue.values, 'redrive_policy') === undefined)
    .filter((queue) => number(queue.values, 'message_retention_seconds') !== 14 * 86_400)
    .map(
      (queue) =>
        `${queue.address}: keeps dead letters ${number(queue.values, 'message_retention_seconds')} s, not 14 days`,
    )
}
