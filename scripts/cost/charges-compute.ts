import { Decimal } from '@weft/domain/decimal'
import { type Charge, type Pricing, type PricingContext, roleOf } from './charge.ts'

/** Lambda, Fargate, the scheduler, and the network that is billed by the hour. */
export const computeCharges: Readonly<Record<string, Pricing>> = {
  aws_lambda_function: (resource, { assume }) => {
    const memoryMb = resource.settings.memoryMb
    const gb =
      typeof memoryMb === 'number' ? Decimal.fromInteger(memoryMb).dividedBy(KIBI) : assume('dispatcherMemoryGb')
    switch (roleOf(resource)) {
      case 'dispatcher':
        return lambda(
          (traffic) => traffic.runs,
          (traffic) =>
            traffic.runs
              .times(assume('dispatcherSeconds'))
              .plus(traffic.ranges.times(assume('dispatcherSecondsPerRange')))
              .times(gb),
        )
      case 'liquidator':
        return [
          ...lambda(
            (traffic) => traffic.attempts.plus(traffic.declined),
            (traffic) =>
              traffic.attempts
                .times(assume('liquidatorSeconds'))
                .plus(traffic.declined.times(assume('declinedCandidateSeconds')))
                .times(gb),
          ),
          {
            what: 'previews, submissions and polls sent to the Gateway',
            price: 'data-out-gb',
            quantity: (traffic) => traffic.attempts.times(assume('gatewayBytesOutPerLiquidation')).dividedBy(GIGA),
          },
          {
            what: 'decrypting the seed phrase, once per invocation at worst',
            price: 'kms-request',
            quantity: (traffic) => traffic.attempts.plus(traffic.declined),
          },
        ]
      default:
        return undefined
    }
  },

  aws_scheduler_schedule: () => [
    { what: 'invocations', price: 'scheduler-invocation', quantity: (traffic) => traffic.runs },
  ],

  aws_ecs_service: (resource, context) => {
    const size = taskSize(context)
    if (size === undefined) return undefined
    const base = context.assume('hoursPerMonth')
    const charges: Charge[] = [
      { what: 'base task, vCPU', price: 'fargate-arm-vcpu-hour', quantity: () => base.times(size.vcpu) },
      { what: 'base task, memory', price: 'fargate-arm-gb-hour', quantity: () => base.times(size.gb) },
      {
        what: 'Spot tasks, vCPU',
        price: 'fargate-spot-arm-vcpu-hour',
        quantity: (traffic) => traffic.burstTaskHours.times(size.vcpu),
      },
      {
        what: 'Spot tasks, memory',
        price: 'fargate-spot-arm-gb-hour',
        quantity: (traffic) => traffic.burstTaskHours.times(size.gb),
      },
      {
        what: 'requests sent to the Gateway',
        price: 'data-out-gb',
        quantity: (traffic) => traffic.readings.times(context.assume('gatewayBytesOutPerPosition')).dividedBy(GIGA),
      },
    ]
    if (resource.settings.publicAddress !== false)
      charges.push({
        what: 'public addresses of the tasks',
        price: 'public-ipv4-hour',
        quantity: (traffic) => base.plus(traffic.burstTaskHours),
      })
    return charges
  },

  aws_nat_gateway: (_resource, { assume }) => [
    { what: 'hours', price: 'nat-gateway-hour', quantity: () => assume('hoursPerMonth') },
    {
      what: "the Gateway's answers, which pass through it",
      price: 'nat-gateway-gb',
      quantity: (traffic) => traffic.readings.times(assume('gatewayBytesInPerPosition')).dividedBy(GIGA),
    },
  ],

  aws_eip: (_resource, { assume }) => [
    { what: 'address', price: 'public-ipv4-hour', quantity: () => assume('hoursPerMonth') },
  ],
}

const KIBI = Decimal.fromInteger(1024)
/** AWS bills gigabytes of transfer, logs and storage; the difference between 10⁹ and 2³⁰ is below the doubt of the assumptions. */
const GIGA = Decimal.fromInteger(1_000_000_000)

function lambda(requests: Charge['quantity'], gbSeconds: Charge['quantity']): Charge[] {
  return [
    { what: 'requests', price: 'lambda-request', quantity: requests },
    { what: 'duration', price: 'lambda-arm-gb-second', quantity: gbSeconds },
  ]
}

function taskSize({ plan }: PricingContext): { vcpu: Decimal; gb: Decimal } | undefined {
  const task = plan.resources.find(({ type }) => type === 'aws_ecs_task_definition')
  const cpuUnits = Number(task?.settings.cpuUnits)
  const memoryMb = Number(task?.settings.memoryMb)
  if (!Number.isSafeInteger(cpuUnits) || !Number.isSafeInteger(memoryMb)) return undefined
  return {
    vcpu: Decimal.fromInteger(cpuUnits).dividedBy(KIBI),
    gb: Decimal.fromInteger(memoryMb).dividedBy(KIBI),
  }
}
