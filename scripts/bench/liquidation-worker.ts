/**
 * Runs the built liquidator as Lambda does, one message an invocation, and prints the CPU time of each to standard error; the first
 * carries everything since the process began.
 */
const [, bundle] = process.argv
if (bundle === undefined) throw new Error('The path of the built liquidator is missing.')
const { handler } = (await import(bundle)) as {
  handler: (event: object) => Promise<{ batchItemFailures: readonly unknown[] }>
}

const startedAfterMs = performance.now()

let input = ''
for await (const chunk of process.stdin) input += String(chunk)
let usedBeforeMs = 0
for (const [index, body] of (JSON.parse(input) as readonly string[]).entries()) {
  const { batchItemFailures } = await handler({
    Records: [
      {
        messageId: `bench-${index}`,
        body,
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
        eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:weft-local-liquidation',
      },
    ],
  })
  // Asked once a candidate: the question itself costs a millisecond on some machines.
  const { user, system } = process.cpuUsage()
  const usedMs = (user + system) / 1_000
  process.stderr.write(
    `${JSON.stringify({ failed: batchItemFailures.length, cpuMs: usedMs - usedBeforeMs, startedAfterMs })}\n`,
  )
  usedBeforeMs = usedMs
}
process.exit(0)
