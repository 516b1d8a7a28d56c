import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type CallContext, globMatches } from './iam.ts'
import { isAttributes } from './plan.ts'

/** The services whose roles are checked against what they really call. */
export const SERVICES = ['dispatcher', 'indexer', 'liquidator'] as const
export type Service = (typeof SERVICES)[number]

/**
 * One distinct call that a service made in the end-to-end tests. `recorded-aws-calls.jsonl` holds one per line, written by
 * `npm run record:aws-calls` and by nobody's hand:
 *
 *     {"service":"indexer","action":"sqs:ReceiveMessage","resource":"weft-local-indexing"}
 *
 * They come from the built artefacts, by what left their processes (`recordAwsRequests` of `@weft/aws`). What the scenarios call is
 * judged as well: there the services within the test's process are heard by middleware in the SDK's clients (`recordAwsCalls`).
 * (`<bucket>/*` for its objects), a table (`<table>/index/<index>`), a parameter path. The environment in the name and the account in
 * a bucket's do not matter: the call is judged as if made in the environment under test.
 */
export interface RecordedCall {
  service: Service
  /** IAM action such as `dynamodb:PutItem`. */
  action: string
  resource: string
}

/** @throws {TypeError} naming the line that is no recorded call, or when there is none: a proof over nothing holds always. */
export function parseRecordedCalls(jsonLines: string): RecordedCall[] {
  const lines = jsonLines.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) throw new TypeError('No AWS call is recorded.')
  return lines.map((line, index) => {
    const call: unknown = JSON.parse(line)
    const service = isAttributes(call) ? SERVICES.find((name) => name === call.service) : undefined
    if (
      !isAttributes(call) ||
      service === undefined ||
      typeof call.action !== 'string' ||
      typeof call.resource !== 'string'
    ) {
      throw new TypeError(`Line ${index + 1} is no recorded call: ${line}`)
    }
    return { service, action: call.action, resource: call.resource }
  })
}

const RECORD = join(import.meta.dirname, 'recorded-aws-calls.jsonl')
const LATEST = join(import.meta.dirname, '..', '..', 'test-output', 'aws-calls')
/** The test that makes the record, `local/stack/src/built-services.e2e.test.ts`. */
const RECORDING = join(LATEST, 'built-services.jsonl')

export function callsOnRecord(): RecordedCall[] {
  return parseRecordedCalls(readFileSync(RECORD, 'utf8'))
}

/** What the end-to-end tests of this checkout recorded when they last passed; none where they have not been run. */
export function latestCalls(): RecordedCall[] {
  return globSync('*.jsonl', { cwd: LATEST }).flatMap((file) =>
    parseRecordedCalls(readFileSync(join(LATEST, file), 'utf8')),
  )
}

/** On record or recorded last, each once: a call that the record does not know yet is judged all the same. */
export function callsToJudge(): RecordedCall[] {
  const byLine = new Map([...callsOnRecord(), ...latestCalls()].map((call) => [JSON.stringify(call), call]))
  return [...byLine.values()]
}

/**
 * What the built services called when their test last passed here, if that was after the record was written, as within `npm test`:
 * then the record must hold just that. Otherwise, as in `npm run check:infra` on a fresh clone, the record is taken at its word.
 */
export function callsToCompare(): RecordedCall[] | undefined {
  if (!existsSync(RECORDING) || statSync(RECORDING).mtimeMs <= statSync(RECORD).mtimeMs) return undefined
  return parseRecordedCalls(readFileSync(RECORDING, 'utf8'))
}

export interface Place {
  environment: string
  accountId: string
  region: string
}

/** What IAM is asked when the call is made in `place`. */
export function asIamCall(
  call: RecordedCall,
  place: Place,
): { action: string; resource: string; context: CallContext } {
  const iamService = call.action.split(':')[0] ?? ''
  const role = { 'aws:PrincipalTag/Environment': place.environment, 'aws:ResourceAccount': place.accountId }
  return { action: call.action, resource: arnOf(iamService, call.resource, place), context: role }
}

function arnOf(iamService: string, resource: string, place: Place): string {
  const regional = `arn:aws:${iamService}:${place.region}:${place.accountId}`
  const name = `weft-${place.environment}-${shortName(resource)}`
  if (iamService === 'sqs') return `${regional}:${name}`
  if (iamService === 'dynamodb') return `${regional}:table/${name}`
  if (iamService === 'ssm') return `${regional}:parameter/weft/${place.environment}/${shortName(resource)}`
  if (iamService === 's3') {
    const [bucket = '', ...key] = name.split('/')
    return ['arn:aws:s3:::', [`${bucket}-${place.accountId}`, ...key].join('/')].join('')
  }
  throw new TypeError(`${iamService}: no ARN is known for recorded calls to it.`)
}

/** `snapshots/*` of `weft-local-snapshots-000000000000/*`, `mode` of `/weft/local/mode`. */
export function shortName(resource: string): string {
  return resource
    .replace(/^\/weft\/[a-z0-9-]+?\//, '')
    .replace(/^weft-[a-z0-9]+-/, '')
    .replace(/-\d{12}(?=\/|$)/, '')
}

/** Whether the recorded call is one that a grant of `action` on `resource` (an ARN, perhaps with wildcards) is for. */
export function uses(call: RecordedCall, action: string, resource: string, place: Place): boolean {
  const asked = asIamCall(call, place)
  return asked.action === action && globMatches(resource, asked.resource)
}
