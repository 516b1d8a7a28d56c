import { beforeAll, expect, test } from 'vitest'
import { decide, parsePolicy, type Statement } from './iam.ts'
import { ACCOUNT_ID, planOf, REGION, serviceEnvironments } from './offline-plan.ts'
import { ofType, type Plan, text } from './plan.ts'
import { callsToJudge, type Place, parseRecordedCalls } from './recorded-calls.ts'
import { grantsBeyondBoundary, type Role, roleNamed, rolesOf } from './role-policies.ts'
import {
  grantTally,
  refusedCalls,
  staleExplanations,
  staleReasons,
  unexplainedGrants,
  unusedGrants,
} from './service-grants.ts'
import { describeWithTerraform } from './terraform.ts'

for (const environment of serviceEnvironments()) {
  describeWithTerraform(`the roles of the services of ${environment}`, () => {
    const calls = callsToJudge()
    const place: Place = { environment, accountId: ACCOUNT_ID, region: REGION }
    let plan: Plan
    let roles: Role[]
    let boundary: Statement[]
    let endpoints: Statement[]

    beforeAll(async () => {
      plan = await planOf(environment)
      roles = rolesOf(plan)
      boundary = policiesOf(await planOf('global'), 'aws_iam_policy', 'weft-global-boundary')
      endpoints = policiesOf(plan, 'aws_vpc_endpoint')
    })

    test('allow every call that the services made end to end', () => {
      expect(refusedCalls(calls, roles, boundary, endpoints, place)).toEqual([])
    })

    test('grant nothing that no call used, but for what AWS does in their name, each with its written reason', () => {
      expect(unusedGrants(calls, roles, place)).toEqual([])
      expect(staleReasons(calls, roles, place)).toEqual([])
      const { granted, used, reasoned } = grantTally(calls, roles, place)
      console.log(
        `${granted} actions granted to the services: ${used} seen used, ${reasoned.length} by a written reason:`,
      )
      for (const [grant, reason] of reasoned) console.log(`  ${grant}: ${reason}`)
      expect(used + reasoned.length).toBe(granted)
    })

    test('let SSM decrypt the seed phrase in the name of the liquidator, and no other parameter', () => {
      const { statements } = roleNamed(roles, `weft-${environment}-liquidator`)
      const decrypt = (parameter: string) => {
        const context = {
          'aws:PrincipalTag/Environment': environment,
          'aws:ResourceAccount': ACCOUNT_ID,
          'kms:ViaService': `ssm.${REGION}.amazonaws.com`,
          'kms:EncryptionContext:PARAMETER_ARN': `arn:aws:ssm:${REGION}:${ACCOUNT_ID}:parameter${parameter}`,
        }
        const key = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/0000`
        return [statements, boundary].map((policies) => decide(policies, 'kms:Decrypt', key, context))
      }
      expect(decrypt(`/weft/${environment}/seed-phrase`)).toEqual(['allow', 'allow'])
      expect(decrypt(`/weft/${environment}/other`)[0]).toBe('implicit-deny')
      expect(decrypt('/weft/elsewhere/seed-phrase')[0]).toBe('implicit-deny')
    })

    test('are refused by their boundary in nothing they are granted', () => {
      expect(roles.flatMap((role) => grantsBeyondBoundary(role, boundary))).toEqual([])
    })

    test('would be found out by a call that is not granted, and by a grant that is not called', () => {
      const foreign = parseRecordedCalls(
        '{"service":"indexer","action":"ssm:GetParameter","resource":"/weft/local/seed-phrase"}',
      )
      expect(refusedCalls(foreign, roles, boundary, endpoints, place)).toEqual([
        'indexer calls ssm:GetParameter on /weft/local/seed-phrase: refused by its role',
      ])
      const fewer = calls.filter((call) => call.resource !== '/weft/local/seed-phrase')
      expect(unusedGrants(fewer, roles, place)).toEqual(['liquidator ssm:GetParameter seed-phrase'])
    })

    test('reach no other environment, even where a policy would say so', () => {
      const everything = parsePolicy(
        '{"Statement":[{"Effect":"Allow","Action":["s3:GetObject","ssm:GetParameter"],"Resource":["*"]}]}',
      )
      const tag = { 'aws:PrincipalTag/Environment': 'elsewhere' }
      const seed = `arn:aws:ssm:${REGION}:${ACCOUNT_ID}:parameter/weft/${environment}/seed-phrase`
      expect(decide(everything, 'ssm:GetParameter', seed, tag)).toBe('allow')
      expect(decide(boundary, 'ssm:GetParameter', seed, tag)).toBe('implicit-deny')
      expect(decide(boundary, 's3:GetObject', `arn:aws:s3:::weft-${environment}-snapshots-${ACCOUNT_ID}/a`, tag)).toBe(
        'implicit-deny',
      )
    })
  })
}

describeWithTerraform('the roles that no service runs with', () => {
  let roles: Role[]

  beforeAll(async () => {
    const plans = [await planOf('global')]
    for (const environment of serviceEnvironments()) plans.push(await planOf(environment))
    roles = plans.flatMap(rolesOf)
  })

  test('say for each grant who uses it', () => {
    expect(unexplainedGrants(roles)).toEqual([])
    expect(staleExplanations(roles)).toEqual([])
  })

  test('would be found out by a grant that nobody explained, and by an explanation without one', () => {
    const more = parsePolicy('{"Statement":[{"Sid":"More","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}')
    const execution = roleNamed(roles, 'weft-mainnet-indexer-execution')
    expect(unexplainedGrants([{ ...execution, statements: more }])).toEqual(['indexer-execution More'])
    expect(staleExplanations(roles.filter((role) => role !== execution && !role.name.includes('stokenet')))).toContain(
      'indexer-execution PullsItsImage',
    )
  })
})

describeWithTerraform('the roles of the pipeline', () => {
  let roles: Role[]

  beforeAll(async () => {
    roles = rolesOf(await planOf('global'))
  })

  const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`
  const iam = (resource: string) => `arn:aws:iam::${ACCOUNT_ID}:${resource}`
  const tracking = (environment: string) =>
    arn(
      'cloudwatch',
      `alarm:TargetTracking-service/weft-${environment}-indexer/weft-${environment}-indexer-AlarmHigh-0a`,
    )
  const object = (bucket: string, key: string) => `arn:aws:s3:::weft-global-${bucket}-${ACCOUNT_ID}/${key}`

  test.each([
    ['plan', 's3:PutObject', object('artefacts', 'plans/mainnet/abc.tar'), 'implicit-deny'],
    ['plan', 's3:PutObject', object('artefacts', `dispatcher/${'0'.repeat(64)}.zip`), 'implicit-deny'],
    ['plan', 's3:GetObject', object('terraform-state', 'mainnet/terraform.tfstate'), 'allow'],
    ['plan', 's3:PutObject', object('terraform-state', 'mainnet/terraform.tfstate'), 'implicit-deny'],
    ['plan', 's3:PutObject', object('terraform-state', 'mainnet/terraform.tfstate.tflock'), 'allow'],
    ['plan', 'ssm:GetParameter', arn('ssm', 'parameter/weft/mainnet/mode'), 'allow'],
    ['plan', 'ssm:GetParameter', arn('ssm', 'parameter/weft/mainnet/seed-phrase'), 'deny'],
    [
      'plan',
      'secretsmanager:GetSecretValue',
      arn('secretsmanager', 'secret:weft-global-grafana-logs-token-Ab'),
      'allow',
    ],
    ['plan', 'secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:weft-mainnet-other-Ab'), 'implicit-deny'],
    ['plan', 'sqs:SendMessage', arn('sqs', 'weft-mainnet-liquidation'), 'implicit-deny'],
    ['plan', 'lambda:UpdateFunctionCode', arn('lambda', 'function:weft-mainnet-liquidator'), 'implicit-deny'],
    ['apply-mainnet', 's3:GetObject', object('artefacts', 'plans/mainnet/abc.tar'), 'allow'],
    ['apply-mainnet', 's3:PutObject', object('artefacts', 'plans/mainnet/abc.tar'), 'implicit-deny'],
    ['apply-mainnet', 's3:PutObject', object('artefacts', 'plans/stokenet/abc.tar'), 'implicit-deny'],
    ['apply-mainnet', 's3:PutObject', object('artefacts', 'elsewhere/abc.zip'), 'implicit-deny'],
    ['apply-mainnet', 's3:DeleteObject', object('artefacts', 'plans/mainnet/abc.tar'), 'implicit-deny'],
    ['apply-mainnet', 's3:GetObject', object('artefacts', 'plans/stokenet/abc.tar'), 'implicit-deny'],
    ['apply-global', 's3:PutObject', object('artefacts', 'plans/global/abc.tar'), 'implicit-deny'],
    ['apply-mainnet', 'iam:UpdateAssumeRolePolicy', iam('role/weft-mainnet-liquidator'), 'deny'],
    ['apply-mainnet', 'iam:CreateRole', iam('role/weft-mainnet-liquidator'), 'deny'],
    ['apply-mainnet', 'iam:DeleteRole', iam('role/weft-mainnet-liquidator'), 'deny'],
    ['apply-stokenet', 'iam:UpdateAssumeRolePolicy', iam('role/weft-stokenet-liquidator'), 'deny'],
    ['apply-global', 'iam:UpdateAssumeRolePolicy', iam('role/weft-mainnet-liquidator'), 'deny'],
    ['apply-mainnet', 'iam:UpdateAssumeRolePolicy', iam('role/weft-mainnet-dispatcher'), 'allow'],
    ['apply-mainnet', 'iam:PutRolePolicy', iam('role/weft-mainnet-liquidator'), 'allow'],
    ['apply-mainnet', 'kms:PutKeyPolicy', arn('kms', 'key/0000'), 'deny'],
    ['apply-global', 'kms:CreateGrant', arn('kms', 'key/0000'), 'deny'],
    ['apply-mainnet', 'ecr:PutImage', arn('ecr', 'repository/weft-mainnet-indexer'), 'allow'],
    ['apply-mainnet', 'lambda:UpdateFunctionCode', arn('lambda', 'function:weft-mainnet-liquidator'), 'allow'],
    ['apply-mainnet', 'ssm:GetParameter', arn('ssm', 'parameter/weft/mainnet/seed-phrase'), 'deny'],
    ['apply-stokenet', 'lambda:UpdateFunctionCode', arn('lambda', 'function:weft-mainnet-liquidator'), 'implicit-deny'],
    ['apply-mainnet', 'cloudwatch:PutMetricAlarm', tracking('mainnet'), 'allow'],
    ['apply-mainnet', 'cloudwatch:DeleteAlarms', tracking('mainnet'), 'allow'],
    ['apply-stokenet', 'cloudwatch:DeleteAlarms', tracking('mainnet'), 'implicit-deny'],
    ['apply-stokenet', 's3:PutObject', object('terraform-state', 'mainnet/terraform.tfstate'), 'implicit-deny'],
    ['apply-stokenet', 'iam:PutRolePolicy', iam('role/weft-mainnet-liquidator'), 'implicit-deny'],
    ['apply-global', 'iam:PutRolePolicy', iam('role/weft-global-apply-global'), 'implicit-deny'],
    ['apply-global', 'iam:CreatePolicyVersion', iam('policy/weft-global-boundary'), 'implicit-deny'],
  ])('%s: %s on %s: %s', (role, action, resource, verdict) => {
    const context = { 'iam:PermissionsBoundary': iam('policy/weft-global-boundary') }
    expect(decide(roleNamed(roles, `weft-global-${role}`).statements, action, resource, context)).toBe(verdict)
  })

  test('upload zips and plans never over one that is there, and zips for their own environment only', () => {
    const zip = (environment: string) => object('artefacts', `${environment}/liquidator/${'0'.repeat(64)}.zip`)
    const once = { 's3:if-none-match': '*' }
    for (const [environment, other] of [
      ['mainnet', 'stokenet'],
      ['stokenet', 'mainnet'],
    ] as const) {
      const { statements } = roleNamed(roles, `weft-global-apply-${environment}`)
      expect(decide(statements, 's3:PutObject', zip(environment), once)).toBe('allow')
      expect(decide(statements, 's3:PutObject', zip(environment))).toBe('implicit-deny')
      expect(decide(statements, 's3:PutObject', zip(other), once)).toBe('implicit-deny')
      expect(decide(statements, 's3:GetObject', zip(other))).toBe('implicit-deny')
    }
    const { statements } = roleNamed(roles, 'weft-global-plan')
    expect(decide(statements, 's3:PutObject', object('artefacts', 'plans/mainnet/abc/1-1.tar'), once)).toBe('allow')
    expect(decide(statements, 's3:PutObject', zip('mainnet'), once)).toBe('implicit-deny')
  })

  test('are told no by the boundary as well, so that no role they make can do it for them', async () => {
    const boundary = policiesOf(await planOf('global'), 'aws_iam_policy', 'weft-global-boundary')
    const everything = parsePolicy('{"Statement":[{"Effect":"Allow","Action":["iam:*","kms:*"],"Resource":["*"]}]}')
    for (const [action, resource] of [
      ['iam:UpdateAssumeRolePolicy', iam('role/weft-mainnet-liquidator')],
      ['kms:PutKeyPolicy', arn('kms', 'key/0000')],
    ] as const) {
      expect(decide(everything, action, resource)).toBe('allow')
      expect(decide(boundary, action, resource)).toBe('deny')
    }
  })

  test('create roles only inside the boundary and under the tag of their own environment', () => {
    const create = (context: Record<string, string>) =>
      decide(
        roleNamed(roles, 'weft-global-apply-stokenet').statements,
        'iam:CreateRole',
        iam('role/weft-stokenet-x'),
        context,
      )
    const boundary = { 'iam:PermissionsBoundary': iam('policy/weft-global-boundary') }
    expect(create({ ...boundary, 'aws:RequestTag/Environment': 'stokenet' })).toBe('allow')
    expect(create({ ...boundary, 'aws:RequestTag/Environment': 'mainnet' })).toBe('implicit-deny')
    expect(create({ 'aws:RequestTag/Environment': 'stokenet' })).toBe('implicit-deny')
  })

  test('can nowhere open a port, whatever the environment', () => {
    const openers = roles.filter((role) =>
      role.statements.some((s) => s.effect === 'Allow' && s.actions.includes('ec2:AuthorizeSecurityGroupIngress')),
    )
    expect(openers.map((role) => role.name)).toEqual([])
  })
})

function policiesOf(plan: Plan, type: string, name?: string): Statement[] {
  const found = ofType(plan, type).filter((resource) => name === undefined || resource.values.name === name)
  if (found.length === 0) throw new Error(`No ${type} ${name ?? ''} is planned.`)
  return found.flatMap((resource) => parsePolicy(text(resource.values, 'policy') ?? '{}'))
}
