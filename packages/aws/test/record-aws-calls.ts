import type { AwsClients } from '../src/aws-clients.ts'

/** One kind of call that a client made, in the words of IAM. */
export interface AwsCall {
  /** IAM action with its prefix, e.g. `sqs:SendMessage`. */
  readonly action: string
  /** Name of the queue, bucket (`bucket/*` for its objects), table (`table/index/name` for an index) or parameter. */
  readonly resource: string
}

/** The part of an SDK client that is needed to listen in. */
export interface RecordableClient {
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { clientName?: string; commandName?: string },
      ) => (args: never) => Promise<unknown>,
      options: { step: 'initialize'; name: string; override: boolean },
    ): void
  }
}

/**
 * Tells `sink` of every distinct call the client makes from now on, for the proof that each role grants what its service
 * uses and nothing else.
 */
export function recordAwsCalls(client: RecordableClient, sink: (call: AwsCall) => void): void {
  const told = new Set<string>()
  client.middlewareStack.add(
    (next, context) => (args) => {
      const call = callOf(context.clientName ?? '', context.commandName ?? '', inputOf(args))
      const key = `${call.action} ${call.resource}`
      if (!told.has(key)) sink(call)
      told.add(key)
      return next(args)
    },
    { step: 'initialize', name: 'recordAwsCalls', override: true },
  )
}

/** The same for all clients of one of our services, whose name goes with every call. */
export function recordServiceCalls(
  service: string,
  clients: Omit<AwsClients, 'close'>,
  sink: (call: AwsCall & { readonly service: string }) => void,
): void {
  for (const client of [clients.sqs, clients.s3, clients.dynamodb, clients.ssm])
    recordAwsCalls(client, (call) => sink({ service, ...call }))
}

type Input = Readonly<Record<string, unknown>>

const SERVICES: Readonly<Record<string, (command: string, input: Input) => AwsCall>> = {
  SQSClient: sqsCall,
  S3Client: s3Call,
  DynamoDBClient: dynamodbCall,
  DynamoDBDocumentClient: dynamodbCall,
  SSMClient: ssmCall,
}

/**
 * The right that a call needs. What AWS does in turn with the caller's rights, such as decrypting a parameter, is no call of the client.
 * @param clientName such as `SQSClient`; @param commandName such as `SendMessageBatch`, with or without `Command`
 */
export function callOf(clientName: string, commandName: string, input: Input): AwsCall {
  const named = SERVICES[clientName]
  if (named === undefined) throw new Error(`${clientName} makes calls that recordAwsCalls has no IAM names for.`)
  return named(commandName.replace(/Command$/, ''), input)
}

/** A batch needs the right of the single call. */
function sqsCall(command: string, input: Input): AwsCall {
  const urlOrName = String(input.QueueUrl ?? input.QueueName)
  return call('sqs', command.replace(/Batch$/, ''), urlOrName.slice(urlOrName.lastIndexOf('/') + 1))
}

/** Some S3 calls are governed by an action of another name, and objects and buckets are resources of their own. */
function s3Call(command: string, input: Input): AwsCall {
  const bucket = String(input.Bucket)
  const objects = `${bucket}/*`
  if (command === 'ListObjectsV2' || command === 'HeadBucket') return call('s3', 'ListBucket', bucket)
  if (command === 'HeadObject') return call('s3', 'GetObject', objects)
  if (command === 'DeleteObjects') return call('s3', 'DeleteObject', objects)
  return call('s3', command, input.Key === undefined ? bucket : objects)
}

function dynamodbCall(command: string, input: Input): AwsCall {
  const table = String(input.TableName ?? Object.keys(Object(input.RequestItems)).join(' and '))
  const resource = input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`
  const documents: Readonly<Record<string, string>> = {
    Get: 'GetItem',
    Put: 'PutItem',
    Update: 'UpdateItem',
    Delete: 'DeleteItem',
    BatchGet: 'BatchGetItem',
  }
  return call('dynamodb', documents[command] ?? command, resource)
}

function ssmCall(command: string, input: Input): AwsCall {
  return call('ssm', command, String(input.Name ?? input.Path))
}

function call(service: string, action: string, resource: string): AwsCall {
  return { action: `${service}:${action}`, resource }
}

function inputOf(args: unknown): Input {
  const { input } = Object(args) as { input?: Input }
  return input ?? {}
}
