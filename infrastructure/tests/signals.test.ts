import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { METRICS, type MetricDefinition } from '@weft/telemetry'
import { expect, test } from 'vitest'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const definitions: Readonly<Record<string, MetricDefinition>> = METRICS

/** A metric as somebody names it, with the dimensions that he gives beside the environment. */
interface Named {
  readonly metric: string
  readonly service: string
  readonly dimensions: readonly string[]
}

/** What is wrong with a name: nobody emits it so, and whoever waits for it hears nothing for ever. */
function unheard({ metric, service, dimensions }: Named): readonly string[] {
  const definition = definitions[metric]
  if (!definition) return [`${metric}: no such metric`]
  const isEmitted = definition.services.some((each) => each === service)
  const isSame = [...dimensions].sort().join() === [...definition.dimensions].sort().join()
  return [
    ...(isEmitted ? [] : [`${metric}: the ${service} does not emit it`]),
    ...(isSame ? [] : [`${metric}: emitted with [${definition.dimensions}], asked for with [${dimensions}]`]),
  ]
}

function alarmed(): readonly Named[] {
  const alarms = read('infrastructure/blueprints/liquidation-service/alarms.tf')
  const lists = alarms.matchAll(/for service in \[([^\]]+)\] :[\s\S]*?metric\s*=\s*"(\w+)"/g)
  const single = alarms.matchAll(/service\s*=\s*"(\w+)"\s+metric\s*=\s*"(\w+)"/g)
  const named = (metric: string, service: string): Named => ({ metric, service, dimensions: [] })
  return [
    ...[...lists].flatMap(([, services = '', metric = '']) =>
      [...services.matchAll(/"(\w+)"/g)].map(([, service = '']) => named(metric, service)),
    ),
    ...[...single].map(([, service = '', metric = '']) => named(metric, service)),
  ]
}

function charted(): readonly Named[] {
  const dashboard = read('infrastructure/blueprints/observability/dashboard.tf')
  const lists = dashboard.matchAll(/for metric in \[([^\]]+)\] :\s*\["Weft", metric, "service", "(\w+)"([^\]]*)\]/g)
  const single = dashboard.matchAll(/\["Weft", "(\w+)", "service", "(\w+)"([^\]]*)\]/g)
  const named = (metric: string, service: string, rest: string): Named => ({
    metric,
    service,
    dimensions: [...rest.matchAll(/"(\w+)", ?"?[\w.*]+/g)].flatMap(([, name = '']) =>
      name === 'environment' ? [] : name,
    ),
  })
  return [
    ...[...lists].flatMap(([, metrics = '', service = '', rest = '']) =>
      [...metrics.matchAll(/"(\w+)"/g)].map(([, metric = '']) => named(metric, service, rest)),
    ),
    ...[...single].map(([, metric = '', service = '', rest = '']) => named(metric, service, rest)),
  ]
}

/** Every `metrics.count('Name', value, { dimension: … })` of a service. */
function emitted(): readonly Named[] {
  return globSync('services/*/src/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts'))
    .flatMap((path) =>
      [...read(path).matchAll(/metrics\.count\(\s*'(\w+)'(?:[^{}\n]*\{\s*(\w+):)?/g)].map(
        ([, metric = '', dimension]) => ({
          metric,
          service: path.split('/')[1] ?? '',
          dimensions: dimension ? [dimension] : [],
        }),
      ),
    )
}

test('every alarm and widget asks for a metric that its service emits, with the dimensions it has', () => {
  expect(alarmed().length).toBeGreaterThan(14)
  expect(charted().length).toBeGreaterThan(18)
  expect([...alarmed(), ...charted()].flatMap(unheard)).toEqual([])
})

test('services emit what the list says, and all of it', () => {
  const points = emitted()
  expect(points.flatMap(unheard)).toEqual([])
  const said = Object.entries(definitions).flatMap(([metric, { services }]) =>
    services.map((service) => `${service} ${metric}`),
  )
  expect(said.filter((each) => !points.some(({ metric, service }) => `${service} ${metric}` === each))).toEqual([])
})

test.each([
  [{ metric: 'LiquidationsLost', service: 'liquidator', dimensions: [] }, 'no such metric'],
  [{ metric: 'RunsStarted', service: 'indexer', dimensions: [] }, 'the indexer does not emit it'],
  [{ metric: 'CandidatesEnded', service: 'liquidator', dimensions: [] }, 'emitted with [kind], asked for with []'],
])('an alarm that nobody would hear is named: %o', (named, why) => {
  expect(unheard(named)).toEqual([`${named.metric}: ${why}`])
})
