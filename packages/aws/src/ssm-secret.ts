import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm'

/** The secret cannot be had; the message names the parameter and never its value. */
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError'
}

/**
 * The value of a SecureString parameter, surrounding blanks cut off.
 * @throws {SecretUnavailableError} when it is absent, empty, stored in the clear or cannot be read.
 */
export async function ssmSecret(ssm: SSMClient, name: string): Promise<string> {
  const parameter = await read(ssm, name)
  if (parameter?.Type !== 'SecureString')
    throw new SecretUnavailableError(`Parameter ${name} is of type ${parameter?.Type}; store it as SecureString.`)
  const value = parameter.Value?.trim()
  if (!value) throw new SecretUnavailableError(`Parameter ${name} is empty; fill it as docs/deploy.md says.`)
  return value
}

async function read(ssm: SSMClient, name: string) {
  try {
    return (await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }))).Parameter
  } catch (cause) {
    throw new SecretUnavailableError(`Parameter ${name} cannot be read; does it exist, and may this role decrypt it?`, {
      cause,
    })
  }
}
