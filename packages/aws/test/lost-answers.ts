import type { AwsClients } from '../src/aws-clients.ts'

/** From now on the answer to each write is lost once, and the client repeats the call, as the SDK does by itself. */
export function loseAnswers({ dynamodb }: Pick<AwsClients, 'dynamodb'>): void {
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      if (/^(?:Put|Update)/.test(context.commandName ?? '')) await next(args)
      return next(args)
    },
    { step: 'initialize', name: 'loseAnswers' },
  )
}
