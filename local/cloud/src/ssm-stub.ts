import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

export interface StoredParameter {
  readonly value: string
  readonly type: 'String' | 'SecureString'
  readonly version: number
}

/** Systems Manager parameters in memory; the part of the API that this project uses. */
export class SsmStub {
  readonly #parameters = new Map<string, StoredParameter>()
  readonly #reads = new Map<string, number>()

  /** How often each parameter was asked for by its name. */
  get reads(): ReadonlyMap<string, number> {
    return this.#reads
  }

  /** Sets a parameter as an operator would. */
  put(name: string, value: string, type: StoredParameter['type'] = 'String'): number {
    const version = (this.#parameters.get(name)?.version ?? 0) + 1
    this.#parameters.set(name, { value, type, version })
    return version
  }

  delete(name: string): void {
    this.#parameters.delete(name)
  }

  readonly listener: RequestListener = (request, response) => {
    void this.#answer(request, response)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['content-type'] !== 'application/x-amz-json-1.1')
      return void response.writeHead(415).end('Parameters are asked for as application/x-amz-json-1.1.')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const input = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>
    const operation = String(request.headers['x-amz-target']).replace('AmazonSSM.', '')
    const { status, body } = this.#operate(operation, input)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  }

  #operate(operation: string, input: Record<string, unknown>): { status: number; body: object } {
    const name = String(input.Name ?? '')
    const decrypt = input.WithDecryption === true
    switch (operation) {
      case 'GetParameter': {
        this.#reads.set(name, (this.#reads.get(name) ?? 0) + 1)
        const parameter = this.#parameters.get(name)
        if (!parameter) return failure('ParameterNotFound')
        return { status: 200, body: { Parameter: described(name, parameter, decrypt) } }
      }
      case 'PutParameter': {
        const exists = this.#parameters.get(name)
        if (exists && input.Overwrite !== true) return failure('ParameterAlreadyExists')
        const type = input.Type === 'SecureString' ? 'SecureString' : (exists?.type ?? 'String')
        return { status: 200, body: { Version: this.put(name, String(input.Value), type), Tier: 'Standard' } }
      }
      case 'GetParametersByPath': {
        const path = String(input.Path).replace(/\/?$/, '/')
        const inside = [...this.#parameters].filter(
          ([key]) => key.startsWith(path) && (input.Recursive === true || !key.slice(path.length).includes('/')),
        )
        return {
          status: 200,
          body: { Parameters: inside.map(([key, parameter]) => described(key, parameter, decrypt)) },
        }
      }
      default:
        return failure('UnknownOperationException')
    }
  }
}

/** Without decryption a SecureString is ciphertext; here a text that cannot be mistaken for the value. */
function described(name: string, parameter: StoredParameter, decrypt: boolean): object {
  const hidden = parameter.type === 'SecureString' && !decrypt
  return {
    Name: name,
    Type: parameter.type,
    Value: hidden ? 'ciphertext' : parameter.value,
    Version: parameter.version,
  }
}

function failure(type: string): { status: number; body: object } {
  return { status: 400, body: { __type: type, message: type } }
}
