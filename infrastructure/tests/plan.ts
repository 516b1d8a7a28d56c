/** A Terraform plan as `terraform show -json` prints it, reduced to what the policies look at. */
export interface Plan {
  environment: string
  resources: PlannedResource[]
  /** What the environment tells others, by output name; known without AWS, since names are composed. */
  outputs: Attributes
  /** The whole JSON text, to look for what must be nowhere in it. */
  text: string
}

export interface PlannedResource {
  /** Such as `module.weft.module.observability.aws_sns_topic.alarms`. */
  address: string
  /** The address without type and name: resources of one module share it. */
  module: string
  type: string
  /** Attribute values known before anything exists; what AWS assigns is absent. */
  values: Attributes
}

export type Attributes = { readonly [name: string]: unknown }

export function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws {TypeError} when `text` is no plan: a check over nothing would pass. */
export function parsePlan(environment: string, text: string): Plan {
  const json: unknown = JSON.parse(text)
  if (!isAttributes(json) || !Array.isArray(json.resource_changes)) {
    throw new TypeError(`The plan of ${environment} has no resource_changes: not the output of terraform show -json.`)
  }
  const changes: unknown[] = json.resource_changes
  const resources = changes.filter(isAttributes).filter((change) => change.mode === 'managed')
  if (resources.length === 0) throw new TypeError(`The plan of ${environment} creates nothing.`)
  const outputs = isAttributes(json.output_changes) ? Object.entries(json.output_changes) : []
  return {
    environment,
    text,
    resources: resources.map(parseResource),
    outputs: Object.fromEntries(outputs.map(([name, value]) => [name, isAttributes(value) ? value.after : undefined])),
  }
}

function parseResource(change: Attributes): PlannedResource {
  const { address, type } = change
  const details = change.change
  if (typeof address !== 'string' || typeof type !== 'string' || !isAttributes(details)) {
    throw new TypeError(`A resource change without address, type or change: ${JSON.stringify(change).slice(0, 200)}`)
  }
  const values = isAttributes(details.after) ? details.after : {}
  const module = address.slice(0, address.lastIndexOf(`${type}.`))
  return { address, module, type, values }
}

export function ofType(plan: Plan, type: string): PlannedResource[] {
  return plan.resources.filter((resource) => resource.type === type)
}

/** The text attribute `name`, `undefined` where it is unset or not yet known. */
export function text(values: Attributes, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

/** The number attribute `name`, `NaN` where it is unset, so that no comparison with it holds. */
export function number(values: Attributes, name: string): number {
  const value = values[name]
  return typeof value === 'number' ? value : Number.NaN
}

/** The blocks called `name`; Terraform shows a single block as a list of one. */
export function blocks(values: Attributes, name: string): Attributes[] {
  const value = values[name]
  return Array.isArray(value) ? value.filter(isAttributes) : []
}

/** The text list `name`, empty where it is unset. */
export function texts(values: Attributes, name: string): string[] {
  const value = values[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
