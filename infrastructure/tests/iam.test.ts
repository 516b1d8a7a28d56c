import { describe, expect, test } from 'vitest'
import { arnsOverlap, decide, parsePolicy } from './iam.ts'

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:weft-test-indexing'

function policy(...statements: object[]) {
  return parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
}

describe('decide', () => {
  test('allows exactly the action and the resource that are granted', () => {
    const granted = policy({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE })
    expect(decide(granted, 'sqs:SendMessage', QUEUE)).toBe('allow')
    expect(decide(granted, 'sqs:ReceiveMessage', QUEUE)).toBe('implicit-deny')
    expect(decide(granted, 'sqs:SendMessage', `${QUEUE}-dlq`)).toBe('implicit-deny')
  })

  test('lets an explicit deny win over every allow', () => {
    const granted = policy(
      { Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: '*' },
      { Effect: 'Deny', Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:*:*:parameter/weft/*/seed-phrase' },
    )
    expect(decide(granted, 'ssm:GetParameter', 'arn:aws:ssm:eu-west-1:1:parameter/weft/test/mode')).toBe('allow')
    expect(decide(granted, 'ssm:GetParameter', 'arn:aws:ssm:eu-west-1:1:parameter/weft/test/seed-phrase')).toBe('deny')
  })

  test('grants nothing when a condition key is absent, unless the operator says IfExists', () => {
    const strict = policy({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': 'ssm' } },
    })
    expect(decide(strict, 'kms:Decrypt', 'key')).toBe('implicit-deny')
    expect(decide(strict, 'kms:Decrypt', 'key', { 'kms:ViaService': 'ssm' })).toBe('allow')
    const lenient = policy({
      Effect: 'Allow',
      Action: 'iam:TagRole',
      Resource: '*',
      Condition: { StringEqualsIfExists: { 'aws:RequestTag/Environment': 'test' } },
    })
    expect(decide(lenient, 'iam:TagRole', 'role')).toBe('allow')
    expect(decide(lenient, 'iam:TagRole', 'role', { 'aws:RequestTag/Environment': 'other' })).toBe('implicit-deny')
  })

  test('asks with Null whether a key is there at all', () => {
    const present = policy({
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: '*',
      Condition: { Null: { 's3:if-none-match': 'false' } },
    })
    expect(decide(present, 's3:PutObject', 'object', { 's3:if-none-match': '*' })).toBe('allow')
    expect(decide(present, 's3:PutObject', 'object')).toBe('implicit-deny')
  })

  test('puts the principal tag in place of a policy variable, and matches nothing without it', () => {
    const own = policy({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own syntax.
      Resource: 'arn:aws:sqs:eu-west-1:123456789012:weft-${aws:PrincipalTag/Environment}-*',
    })
    expect(decide(own, 'sqs:SendMessage', QUEUE, { 'aws:PrincipalTag/Environment': 'test' })).toBe('allow')
    expect(decide(own, 'sqs:SendMessage', QUEUE, { 'aws:PrincipalTag/Environment': 'mainnet' })).toBe('implicit-deny')
    expect(decide(own, 'sqs:SendMessage', QUEUE)).toBe('implicit-deny')
  })

  test('refuses what it cannot judge', () => {
    expect(() => policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })).toThrow('NotAction')
    const dated = policy({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': '2030' } },
    })
    expect(() => decide(dated, 'sqs:SendMessage', QUEUE, { 'aws:CurrentTime': '2029' })).toThrow('DateLessThan')
  })
})

describe('arnsOverlap', () => {
  test.each([
    ['arn:aws:s3:::weft-*', 'arn:*:s3:::*/*', true],
    ['arn:aws:sqs:eu-west-1:1:weft-*', 'arn:*:sqs:*:*:*', true],
    ['arn:aws:sqs:eu-west-1:1:weft-*', 'arn:*:sns:*:*:*', false],
    ['arn:aws:secretsmanager:eu-west-1:1:secret:weft-??????', 'arn:*:secretsmanager:*:*:secret:*', true],
    ['arn:aws:sqs:eu-west-1:1:weft-a', 'arn:aws:sqs:eu-west-1:1:weft-b', false],
    ['*', 'arn:aws:sqs:eu-west-1:1:weft-b', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(arnsOverlap(a, b)).toBe(expected)
    expect(arnsOverlap(b, a)).toBe(expected)
  })
})
