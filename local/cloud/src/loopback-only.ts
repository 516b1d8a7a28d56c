import type { IncomingHttpHeaders } from 'node:http'

const OWN_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Why a server on this machine must not answer a request: it was addressed by a foreign name, or a page of another origin sent it. Both are
 * how a website that somebody visits reaches a server that listens on loopback only (DNS rebinding, cross-site requests).
 */
export function foreignRequest({ host, origin }: Pick<IncomingHttpHeaders, 'host' | 'origin'>): string | undefined {
  if (host === undefined || !OWN_NAMES.has(nameOf(host)))
    return 'This server answers on loopback only: address it as 127.0.0.1.'
  if (origin !== undefined && !OWN_NAMES.has(nameOf(origin.replace(/^https?:\/\//, ''))))
    return 'This server answers no page of another origin.'
  return undefined
}

/** Without the port. */
function nameOf(authority: string): string {
  return authority.replace(/:\d+$/, '').toLowerCase()
}
