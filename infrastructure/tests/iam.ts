import { isAttributes } from './plan.ts'

/** One statement of an IAM policy with every list spelled out. */
export interface Statement {
  sid: string
  effect: 'Allow' | 'Deny'
  actions: string[]
  resources: string[]
  /** Operator → key → values. */
  conditions: Record<string, Record<string, string[]>>
  /** Whom a resource policy speaks of; `undefined` in a role's policy. */
  principal: unknown
}

/** What a call carries beyond action and resource, such as `kms:ViaService`. Keys absent here are absent in the call. */
export type CallContext = { readonly [key: string]: string }

export type Decision = 'allow' | 'deny' | 'implicit-deny'

/** @throws {TypeError} for what the evaluator does not understand: guessing would prove nothing. */
export function parsePolicy(json: string): Statement[] {
  const policy: unknown = JSON.parse(json)
  if (!isAttributes(policy)) throw new TypeError(`Not a policy: ${json.slice(0, 100)}`)
  const statements = policy.Statement
  return (Array.isArray(statements) ? statements : [statements]).map(parseStatement)
}

function parseStatement(statement: unknown): Statement {
  if (!isAttributes(statement)) throw new TypeError('A statement that is no object.')
  for (const unsupported of ['NotAction', 'NotResource', 'NotPrincipal']) {
    if (unsupported in statement) throw new TypeError(`${unsupported} grants what it does not name: not supported.`)
  }
  const effect = statement.Effect
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new TypeError(`Effect ${String(effect)} is neither Allow nor Deny.`)
  return {
    sid: typeof statement.Sid === 'string' ? statement.Sid : '',
    effect,
    actions: list(statement.Action),
    resources: list(statement.Resource),
    conditions: parseConditions(statement.Condition),
    principal: statement.Principal,
  }
}

function parseConditions(block: unknown): Statement['conditions'] {
  if (!isAttributes(block)) return {}
  return Object.fromEntries(
    Object.entries(block).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(isAttributes(keys) ? keys : {}).map(([key, values]) => [key, list(values)])),
    ]),
  )
}

function list(value: unknown): string[] {
  if (value === undefined) return []
  return (Array.isArray(value) ? value : [value]).map(String)
}

/**
 * IAM's verdict on one call: an explicit deny wins, then an allow, else nothing is granted. A model of identity policies
 * and boundaries within one account; it knows no organisation policies, session policies or key policies.
 */
export function decide(statements: Statement[], action: string, resource: string, context: CallContext = {}): Decision {
  const matching = statements.filter(
    (statement) =>
      statement.actions.some((pattern) => globMatches(pattern.toLowerCase(), action.toLowerCase())) &&
      statement.resources.some((pattern) => globMatches(substitute(pattern, context), resource)) &&
      conditionsHold(statement.conditions, context),
  )
  if (matching.some((statement) => statement.effect === 'Deny')) return 'deny'
  return matching.length > 0 ? 'allow' : 'implicit-deny'
}

/** Puts the call's values in place of policy variables such as `${aws:PrincipalTag/Environment}`; unknown ones match nothing. */
function substitute(pattern: string, context: CallContext): string {
  return pattern.replace(/\$\{([^}]+)\}/g, (_, key: string) => context[key] ?? '\u0000')
}

function conditionsHold(conditions: Statement['conditions'], context: CallContext): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, context[key], wanted)),
  )
}

function conditionHolds(operator: string, actual: string | undefined, wanted: string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(actual === undefined))
  const base = operator.replace(/IfExists$/, '')
  if (actual === undefined) return base !== operator
  if (base === 'StringEquals' || base === 'Bool') return wanted.includes(actual)
  if (base === 'StringLike' || base === 'ArnLike' || base === 'ArnEquals') {
    return wanted.some((pattern) => globMatches(pattern, actual))
  }
  throw new TypeError(`Condition operator ${operator} is not supported by this evaluator.`)
}

/** Whether `text` matches `pattern`, in which `*` is any text and `?` one character. */
export function globMatches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${expression}$`, 's').test(text)
}

/** Whether some ARN matches both patterns. Compared part by part: a `*` does not reach over a colon before the resource. */
export function arnsOverlap(a: string, b: string): boolean {
  if (a === '*' || b === '*') return true
  const [left, right] = [arnParts(a), arnParts(b)]
  return left.every((part, index) => globsOverlap(part, right[index] ?? ''))
}

/** `arn`, partition, service, region, account, resource. */
function arnParts(arn: string): string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

/** Whether some text matches both patterns. */
function globsOverlap(a: string, b: string): boolean {
  if (a === '' || b === '') return [...(a || b)].every((character) => character === '*')
  if (a[0] === '*') return globsOverlap(a.slice(1), b) || globsOverlap(a, b.slice(1))
  if (b[0] === '*') return globsOverlap(b, a)
  return (a[0] === b[0] || a[0] === '?' || b[0] === '?') && globsOverlap(a.slice(1), b.slice(1))
}
