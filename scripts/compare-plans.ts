import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'

/**
 * Says whether two plans of one environment would do the same: the one a reviewer saw and one made just now from main.
 *
 * `node scripts/compare-plans.ts saved.json fresh.json` (both from `terraform show -json`) exits 1 and names what differs. Only
 * names are printed: values may be sensitive. Imports nothing but Node, since the deploying job installs no packages.
 */

/**
 * What Terraform itself leaves alone (`ignore_changes`), by resource type. A plan in JSON does not say it, so it stands here; a test
 * holds it to the code. The mode's `value` is not among them: pausing leaves its parameter a no-op, which is passed over as a whole, but
 * where the parameter is updated the provider writes the value that the plan knew, and would take a pause back.
 */
export const IGNORED_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = { aws_ecs_service: ['desired_count'] }

/** The parts of Terraform's plan format 1.2 that decide what an apply does. */
export interface PlanJson {
  readonly format_version: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly resource_changes?: readonly ResourceChange[]
  readonly output_changes?: Readonly<Record<string, unknown>>
  readonly configuration?: unknown
}

export interface ResourceChange {
  readonly address: string
  readonly type?: string
  /** Set when an apply would act on a replaced object that left the state. */
  readonly deposed?: string
  readonly change: { readonly actions?: readonly string[]; readonly [part: string]: unknown }
}

/** @returns one line per difference, sorted; empty when applying either plan does the same. */
export function planDifferences(saved: PlanJson, fresh: PlanJson): readonly string[] {
  return [
    ...differingKeys(changesByAddress(saved), changesByAddress(fresh)),
    ...differingKeys(
      new Map(Object.entries(saved.output_changes ?? {})),
      new Map(Object.entries(fresh.output_changes ?? {})),
    ).map((name) => `output ${name}`),
    ...differingKeys(
      new Map(Object.entries(saved.variables ?? {})),
      new Map(Object.entries(fresh.variables ?? {})),
    ).map((name) => `variable ${name}`),
    // Catches what changes no attribute yet runs on apply, such as a provisioner.
    ...(isDeepStrictEqual(saved.configuration, fresh.configuration) ? [] : ['configuration (the code itself)']),
  ].sort()
}

function changesByAddress(plan: PlanJson): ReadonlyMap<string, unknown> {
  return new Map(
    (plan.resource_changes ?? [])
      .filter((resource) => !doesNothing(resource))
      .map((resource) => [
        resource.deposed === undefined ? resource.address : `${resource.address} (deposed ${resource.deposed})`,
        withoutIgnored(resource),
      ]),
  )
}

/** An apply passes over it, so what the world did to it since does not matter. */
function doesNothing({ change }: ResourceChange): boolean {
  return isDeepStrictEqual(change.actions, ['no-op']) && change.importing === undefined
}

/** The change without the attributes that Terraform would not touch whatever they are. */
function withoutIgnored({ type, change }: ResourceChange): unknown {
  const ignored = IGNORED_ATTRIBUTES[type ?? ''] ?? []
  // A replaced object is made anew, ignored attributes included: there they count.
  if (!isDeepStrictEqual(change.actions, ['update']) || ignored.length === 0) return change
  return Object.fromEntries(
    Object.entries(change).map(([part, values]) => [
      part,
      typeof values === 'object' && values !== null && !Array.isArray(values)
        ? Object.fromEntries(Object.entries(values).filter(([attribute]) => !ignored.includes(attribute)))
        : values,
    ]),
  )
}

function differingKeys(saved: ReadonlyMap<string, unknown>, fresh: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...saved.keys(), ...fresh.keys()])].filter(
    (key) => !isDeepStrictEqual(saved.get(key), fresh.get(key)),
  )
}

/** @throws {Error} when the file is no plan, so that two empty objects never count as equal plans. */
export function parsePlan(text: string, file: string): PlanJson {
  const plan: unknown = JSON.parse(text)
  if (typeof plan !== 'object' || plan === null || !('format_version' in plan) || !('configuration' in plan))
    throw new Error(`${file} is not a plan; write it with: terraform show -json <plan file>.`)
  return plan as PlanJson
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [savedFile, freshFile] = process.argv.slice(2)
  if (savedFile === undefined || freshFile === undefined) {
    console.error('Usage: node scripts/compare-plans.ts <saved plan.json> <fresh plan.json>')
    process.exit(2)
  }
  const read = (file: string) => parsePlan(readFileSync(file, 'utf8'), file)
  const differences = planDifferences(read(savedFile), read(freshFile))
  for (const difference of differences) console.error(`differs: ${difference}`)
  if (differences.length > 0) process.exit(1)
  console.log('The saved plan and a fresh one would do the same.')
}
