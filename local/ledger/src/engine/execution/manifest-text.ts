import type { Arg, Step } from './steps.ts'

/**
 * Manifest text of a simulated user's steps, for the transaction's history. What clients submit is kept as the toolkit prints it.
 */
export function manifestText(steps: readonly Step[]): string {
  return `${steps.map((step) => `${line(step)};`).join('\n')}\n`
}

function line(step: Step): string {
  switch (step.kind) {
    case 'call':
      return ['CALL_METHOD', `Address("${step.address}")`, `"${step.method}"`, ...step.args.map(text)].join(' ')
    case 'take-all':
      return `TAKE_ALL_FROM_WORKTOP Address("${step.resource}") Bucket("bucket${step.bucket}")`
    case 'take':
      return `TAKE_FROM_WORKTOP Address("${step.resource}") Decimal("${step.amount}") Bucket("bucket${step.bucket}")`
    case 'take-ids':
      return `TAKE_NON_FUNGIBLES_FROM_WORKTOP Address("${step.resource}") ${ids(step.ids)} Bucket("bucket${step.bucket}")`
    case 'return':
      return `RETURN_TO_WORKTOP Bucket("bucket${step.bucket}")`
    case 'assert-any':
      return `ASSERT_WORKTOP_CONTAINS_ANY Address("${step.resource}")`
    case 'assert-amount':
      return `ASSERT_WORKTOP_CONTAINS Address("${step.resource}") Decimal("${step.amount}")`
    case 'assert-ids':
      return `ASSERT_WORKTOP_CONTAINS_NON_FUNGIBLES Address("${step.resource}") ${ids(step.ids)}`
    case 'pop-proof':
      return `POP_FROM_AUTH_ZONE Proof("proof${step.proof}")`
    case 'proof-of-ids':
      return `CREATE_PROOF_FROM_AUTH_ZONE_OF_NON_FUNGIBLES Address("${step.resource}") ${ids(step.ids)} Proof("proof${step.proof}")`
    case 'proof-of-amount':
      return `CREATE_PROOF_FROM_AUTH_ZONE_OF_AMOUNT Address("${step.resource}") Decimal("${step.amount}") Proof("proof${step.proof}")`
    case 'proof-of-all':
      return `CREATE_PROOF_FROM_AUTH_ZONE_OF_ALL Address("${step.resource}") Proof("proof${step.proof}")`
    case 'drop-proof':
      return `DROP_PROOF Proof("proof${step.proof}")`
    case 'drop-proofs':
      return { both: 'DROP_ALL_PROOFS', named: 'DROP_NAMED_PROOFS', 'auth-zone': 'DROP_AUTH_ZONE_PROOFS' }[step.of]
  }
}

function ids(list: readonly string[]): string {
  return `Array<NonFungibleLocalId>(${list.map((id) => `NonFungibleLocalId("${id}")`).join(', ')})`
}

function text(arg: Arg): string {
  switch (arg.kind) {
    case 'bool':
      return String(arg.value)
    case 'integer':
      return `${arg.value}u64`
    case 'string':
      return JSON.stringify(arg.value)
    case 'decimal':
      return `Decimal("${arg.value}")`
    case 'address':
      return `Address("${arg.value}")`
    case 'local-id':
      return `NonFungibleLocalId("${arg.value}")`
    case 'bucket':
      return `Bucket("bucket${arg.bucket}")`
    case 'proof':
      return `Proof("proof${arg.proof}")`
    case 'entire-worktop':
      return 'Expression("ENTIRE_WORKTOP")'
    case 'list':
      return `Array<${arg.of}>(${arg.items.map(text).join(', ')})`
    case 'map':
      return `Map<Address, ${arg.valuesOf ?? 'Decimal'}>(${arg.entries.map(([key, value]) => `${text(key)} => ${text(value)}`).join(', ')})`
    case 'variant':
      return `Enum<${arg.variant}u8>(${arg.fields.map(text).join(', ')})`
  }
}
