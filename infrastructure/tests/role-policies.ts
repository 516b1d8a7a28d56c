import { type CallContext, decide, parsePolicy, type Statement } from './iam.ts'
import { ofType, type Plan, type PlannedResource, text } from './plan.ts'

export interface Role {
  name: string
  environment: string
  boundaryArn: string | undefined
  /** Inline and attached policies together. */
  statements: Statement[]
}

/** Every role of the plan with all that it is granted. */
export function rolesOf(plan: Plan): Role[] {
  const attached = new Map(
    ofType(plan, 'aws_iam_policy').map((policy) => [text(policy.values, 'name'), statementsOf(policy)]),
  )
  return ofType(plan, 'aws_iam_role').map((role) => {
    const name = text(role.values, 'name') ?? ''
    const inline = ofType(plan, 'aws_iam_role_policy').filter((policy) => policy.values.role === name)
    const attachments = ofType(plan, 'aws_iam_role_policy_attachment').filter(
      (attachment) => attachment.values.role === name,
    )
    return {
      name,
      environment: plan.environment,
      boundaryArn: text(role.values, 'permissions_boundary'),
      statements: [
        ...inline.flatMap(statementsOf),
        ...attachments.flatMap(
          (attachment) => attached.get(text(attachment.values, 'policy_arn')?.split('/').at(-1)) ?? [],
        ),
      ],
    }
  })
}

export function roleNamed(roles: Role[], name: string): Role {
  const role = roles.find((candidate) => candidate.name === name)
  if (role === undefined)
    throw new Error(`No role ${name} is planned; there are ${roles.map((r) => r.name).join(', ')}.`)
  return role
}

const POLICY_TYPES = [
  'aws_iam_policy',
  'aws_iam_role_policy',
  'aws_s3_bucket_policy',
  'aws_sqs_queue_policy',
  'aws_sns_topic_policy',
  'aws_vpc_endpoint',
  'aws_kms_key',
]

function statementsOf(resource: PlannedResource): Statement[] {
  const policy = text(resource.values, 'policy')
  if (policy === undefined)
    throw new Error(`${resource.address}: its policy is not known in the plan; compose its ARNs from names.`)
  return parsePolicy(policy)
}

/** Every statement of every policy in the plan, with where it stands. */
export function allStatements(plan: Plan): { address: string; statement: Statement }[] {
  return plan.resources
    .filter((resource) => POLICY_TYPES.includes(resource.type))
    .flatMap((resource) => statementsOf(resource).map((statement) => ({ address: resource.address, statement })))
}

/** What is allowed is listed: `s3:*` would also grant what AWS adds next year. What is refused may be refused whole. */
export function wildcardActions(plan: Plan): string[] {
  return allStatements(plan)
    .filter(({ statement }) => statement.effect === 'Allow')
    .flatMap(({ address, statement }) =>
      statement.actions
        .filter((action) => /[*?]/.test(action))
        .map((action) => `${address} ${statement.sid}: ${action}`),
    )
}

/** A bare `*` as resource needs its reason in `justifications.ts`, by sid. */
export function unjustifiedWildcardResources(plan: Plan, reasons: Record<string, string>): string[] {
  return allStatements(plan)
    .filter(
      ({ statement }) =>
        statement.effect === 'Allow' && statement.resources.includes('*') && !(statement.sid in reasons),
    )
    .map(({ address, statement }) => `${address} ${statement.sid}: resource "*" without a reason`)
}

export function rolesWithoutBoundary(plan: Plan, reasons: Record<string, string>): string[] {
  return rolesOf(plan)
    .filter(
      (role) => role.boundaryArn === undefined && !Object.keys(reasons).some((prefix) => role.name.startsWith(prefix)),
    )
    .map((role) => `${role.name}: no permissions boundary`)
}

/** Grants that the boundary silently takes back: the role would fail at its first call. */
export function grantsBeyondBoundary(role: Role, boundary: Statement[]): string[] {
  return role.statements.flatMap((statement) =>
    statement.actions.flatMap((action) =>
      statement.resources
        .filter((resource) => decide(boundary, action, sample(resource), contextOf(role, statement)) !== 'allow')
        .map((resource) => `${role.name} ${statement.sid}: the boundary does not allow ${action} on ${resource}`),
    ),
  )
}

/** Some resource that `pattern` matches. */
function sample(pattern: string): string {
  return pattern === '*' ? '*' : pattern.replace(/\*/g, 'x').replace(/\?/g, 'x')
}

/** A call as the statement expects it, made by the role. */
function contextOf(role: Role, statement: Statement): CallContext {
  const asked = Object.values(statement.conditions).flatMap((keys) => Object.entries(keys))
  return {
    'aws:PrincipalTag/Environment': role.environment,
    ...Object.fromEntries(asked.map(([key, values]) => [key, values[0] ?? ''])),
  }
}
