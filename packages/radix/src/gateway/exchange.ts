/** One request to a Gateway and its answer as it came over the wire, a refusal included. */
export interface Exchange {
  readonly host: string
  /** Below the Gateway's URL, which may hold a key; begins with `/`. */
  readonly path: string
  /** JSON text; empty where the endpoint takes no body. */
  readonly request: string
  readonly status: number
  readonly answer: string
  /** When the answer was first given, in unix ms, where what answers is a recording. */
  readonly recordedAtMs: number | undefined
}

/** By this header a recording says when the real network gave its answers. */
export const RECORDED_AT = 'x-weft-recorded-at'

/** `fetch` that also tells of every answer. What never answers is not told of. @param baseUrl of the Gateway */
export function overheardFetch(
  fetchApi: typeof fetch,
  baseUrl: string,
  onExchange: (exchange: Exchange) => void,
): typeof fetch {
  const base = new URL(baseUrl)
  const prefix = base.pathname.replace(/\/$/, '')
  return async (input, init) => {
    const answer = await fetchApi(input, init)
    const { pathname } = new URL(input.toString())
    const text = await answer.text()
    const recordedAtMs = Date.parse(answer.headers.get(RECORDED_AT) ?? '')
    onExchange({
      host: base.host,
      path: pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname,
      request: typeof init?.body === 'string' ? init.body : '',
      status: answer.status,
      answer: text,
      recordedAtMs: Number.isNaN(recordedAtMs) ? undefined : recordedAtMs,
    })
    return answer
  }
}
