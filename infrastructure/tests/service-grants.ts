import { decide, globMatches, type Statement } from './iam.ts'
import { GRANTS_TO_OTHERS, UNUSED_GRANTS } from './justifications.ts'
import { asIamCall, type Place, type RecordedCall, SERVICES, type Service, shortName, uses } from './recorded-calls.ts'
import { type Role, roleNamed } from './role-policies.ts'

/** Recorded calls that the planned role, its boundary, or (for the indexer) the VPC endpoints would refuse. */
export function refusedCalls(
  calls: RecordedCall[],
  roles: Role[],
  boundary: Statement[],
  endpoints: Statement[],
  place: Place,
): string[] {
  return calls.flatMap((call) => {
    const { action, resource, context } = asIamCall(call, place)
    const role = roleNamed(roles, `weft-${place.environment}-${call.service}`)
    const behindEndpoint = call.service === 'indexer' && /^(s3|dynamodb):/.test(action)
    return [
      ...(decide(role.statements, action, resource, context) === 'allow' ? [] : ['its role']),
      ...(decide(boundary, action, resource, context) === 'allow' ? [] : ['the permissions boundary']),
      ...(behindEndpoint && decide(endpoints, action, resource, context) !== 'allow' ? ['the VPC endpoint'] : []),
    ].map((who) => `${call.service} calls ${action} on ${call.resource}: refused by ${who}`)
  })
}

/** Granted actions that no recorded call uses and that `UNUSED_GRANTS` gives no reason for. */
export function unusedGrants(calls: RecordedCall[], roles: Role[], place: Place): string[] {
  return withoutCall(calls, roles, place).filter((name) => !(name in UNUSED_GRANTS))
}

/** Reasons for grants that are gone or are used after all: they would excuse a later mistake. */
export function staleReasons(calls: RecordedCall[], roles: Role[], place: Place): string[] {
  const unused = new Set(withoutCall(calls, roles, place))
  return Object.keys(UNUSED_GRANTS).filter((name) => !unused.has(name))
}

/** Allowed statements, as `<role> <sid>`, of roles that are no service's own and that `GRANTS_TO_OTHERS` gives no reason for. */
export function unexplainedGrants(roles: Role[]): string[] {
  return grantsToOthers(roles)
    .filter(({ role, sid }) => !(`${role} ${sid}` in GRANTS_TO_OTHERS) && !(`${role} *` in GRANTS_TO_OTHERS))
    .map(({ role, sid }) => `${role} ${sid}`)
}

/** Reasons in `GRANTS_TO_OTHERS` for grants that none of the roles has any more. */
export function staleExplanations(roles: Role[]): string[] {
  const granted = new Set(grantsToOthers(roles).flatMap(({ role, sid }) => [`${role} ${sid}`, `${role} *`]))
  return Object.keys(GRANTS_TO_OTHERS).filter((name) => !granted.has(name))
}

function grantsToOthers(roles: Role[]): { role: string; sid: string }[] {
  return roles.flatMap(({ name, environment, statements }) => {
    const role = name.replace(`weft-${environment}-`, '')
    if (SERVICES.some((service) => service === role)) return []
    return statements.filter(({ effect }) => effect === 'Allow').map(({ sid }) => ({ role, sid }))
  })
}

export interface GrantTally {
  granted: number
  /** By a recorded call. */
  used: number
  /** Grants by name with the reason why they stay without a call. */
  reasoned: [grant: string, reason: string][]
}

export function grantTally(calls: RecordedCall[], roles: Role[], place: Place): GrantTally {
  const granted = grantsOf(roles, place).length
  const unused = withoutCall(calls, roles, place)
  const reasoned = unused.map((name): [string, string] => [name, UNUSED_GRANTS[name] ?? 'no reason'])
  return { granted, used: granted - unused.length, reasoned }
}

function withoutCall(calls: RecordedCall[], roles: Role[], place: Place): string[] {
  return grantsOf(roles, place)
    .filter(
      ({ service, action, resource }) =>
        !calls.some((call) => call.service === service && uses(call, action, resource, place)),
    )
    .map(grantName)
}

interface Grant {
  service: Service
  action: string
  resource: string
}

function grantsOf(roles: Role[], place: Place): Grant[] {
  return SERVICES.flatMap((service) =>
    roleNamed(roles, `weft-${place.environment}-${service}`).statements.flatMap((statement) =>
      statement.actions.flatMap((action) => statement.resources.map((resource) => ({ service, action, resource }))),
    ),
  )
}

function grantName({ service, action, resource }: Grant): string {
  if (globMatches('arn:aws:logs:*', resource)) return `${service} ${action}`
  const name = resource
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^(table|parameter)\//, '')
  return `${service} ${action} ${shortName(resource.includes(':parameter/') ? `/${name}` : name)}`
}
