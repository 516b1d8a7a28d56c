/** What a manifest's text says by itself, as the Gateway indexes it for its stream filters; amounts and worktop play no part. */
export interface ManifestFacts {
  readonly accountsWithdrawnFrom: ReadonlySet<string>
  readonly accountsDepositedInto: ReadonlySet<string>
  readonly badgesPresented: ReadonlySet<string>
  readonly resources: ReadonlySet<string>
  /** Accounts on which a method was called that only the owner may call. */
  readonly accountsWithOwnerCalls: ReadonlySet<string>
}

const CALL = /CALL_METHOD\s+Address\("([^"]+)"\)\s+"([^"]+)"([^;]*);/g
const ADDRESS = /"((?:[a-z]+_)+[a-z0-9_]*1[a-z0-9]+)"/g

export function manifestFacts(manifest: string): ManifestFacts {
  const accountsWithdrawnFrom = new Set<string>()
  const accountsDepositedInto = new Set<string>()
  const badgesPresented = new Set<string>()
  const accountsWithOwnerCalls = new Set<string>()
  for (const [, component = '', method = '', rest = ''] of manifest.matchAll(CALL)) {
    if (!component.startsWith('account_')) continue
    const deposits = /^(?:try_)?deposit/.test(method)
    const tries = method.startsWith('try_')
    if (/withdraw/.test(method)) accountsWithdrawnFrom.add(component)
    if (deposits) accountsDepositedInto.add(component)
    if (method.startsWith('create_proof')) addAll(badgesPresented, resourcesIn(rest))
    // Anyone may try to deposit; everything else on an account is the owner's.
    if (!tries) accountsWithOwnerCalls.add(component)
  }
  return {
    accountsWithdrawnFrom,
    accountsDepositedInto,
    badgesPresented,
    resources: new Set(resourcesIn(manifest)),
    accountsWithOwnerCalls,
  }
}

function resourcesIn(text: string): string[] {
  return [...text.matchAll(ADDRESS)].flatMap(([, address = '']) => (address.startsWith('resource_') ? [address] : []))
}

function addAll(set: Set<string>, items: readonly string[]): void {
  for (const item of items) set.add(item)
}
