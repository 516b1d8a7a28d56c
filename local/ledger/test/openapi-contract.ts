import { readFileSync } from 'node:fs'
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import { z } from 'zod'

type JsonSchema = { [keyword: string]: unknown }

const OpenApiDocument = z.object({
  paths: z.record(
    z.string(),
    z.object({
      post: z.object({
        responses: z.object({
          '200': z.object({
            content: z.object({ 'application/json': z.object({ schema: z.record(z.string(), z.unknown()) }) }),
          }),
        }),
      }),
    }),
  ),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
})

/**
 * The Gateway's OpenAPI document as a judge of answers. Stricter than the document in one way: properties it does not name are
 * wrong, so that a misspelt optional one cannot hide.
 */
export class OpenApiContract {
  readonly #schemas: Readonly<Record<string, JsonSchema>>
  readonly #answers: ReadonlyMap<string, JsonSchema>
  readonly #ajv: Ajv2019
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(file: string) {
    const document = OpenApiDocument.parse(parse(readFileSync(file, 'utf8')))
    this.#schemas = asTheGatewayAnswers(document.components.schemas)
    this.#answers = new Map(
      Object.entries(document.paths).map(([path, { post }]) => [
        path.replace(/\/$/, ''),
        post.responses['200'].content['application/json'].schema,
      ]),
    )
    // `strict: false`: OpenAPI has keywords of its own, which are not JSON Schema's.
    this.#ajv = new Ajv2019({ strict: false, allErrors: true })
    addFormats.default(this.#ajv)
    this.#ajv.addSchema({ $id: 'gateway', $defs: this.#definitions() })
  }

  /** What is wrong with a 200 answer of `path`; empty when nothing is. */
  problemsOfAnswer(path: string, body: unknown): string[] {
    const schema = this.#answers.get(path)
    return schema === undefined ? [`the document has no ${path}`] : this.#problems(path, this.#use(schema), body)
  }

  /**
   * What is wrong with an error answer. A refused submission is judged by the envelope alone: the Gateway puts the message text
   * where the document wants the type's name.
   */
  problemsOfError(body: unknown): string[] {
    const problems = this.#problems('error', this.#use({ $ref: '#/components/schemas/ErrorResponse' }), body)
    const details = isRecord(body) && isRecord(body.details) ? body.details : undefined
    const known = discriminatorOf(this.#schemas.GatewayError ?? {})?.mapping.has(String(details?.type))
    if (details === undefined || known !== true) return problems
    return [
      ...problems,
      ...this.#problems('details', this.#use({ $ref: '#/components/schemas/GatewayError' }), details),
    ]
  }

  #problems(key: string, schema: JsonSchema, body: unknown): string[] {
    let validate = this.#compiled.get(key)
    if (validate === undefined) {
      validate = this.#ajv.compile(schema)
      this.#compiled.set(key, validate)
    }
    if (validate(body)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }

  /** Every named schema, and under `<name>.any` those that a discriminator turns into one of several. */
  #definitions(): JsonSchema {
    const definitions: JsonSchema = {}
    for (const [name, schema] of Object.entries(this.#schemas)) {
      definitions[name] = this.#part(schema)
      const variants = discriminatorOf(schema)
      if (variants === undefined) continue
      definitions[`${name}.any`] = {
        allOf: [
          { $ref: `gateway#/$defs/${name}` },
          { properties: { [variants.property]: { enum: [...variants.mapping.keys()] } } },
          ...[...variants.mapping].map(([value, variant]) => ({
            if: { properties: { [variants.property]: { const: value } } },
            // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword
            then: { $ref: `gateway#/$defs/${variant}` },
          })),
        ],
      }
    }
    return definitions
  }

  /** A schema that stands for a whole value: nothing may be in the value that it does not name. */
  #use(schema: JsonSchema): JsonSchema {
    const reference = referenceOf(schema)
    if (reference === undefined) {
      const converted = this.#part(schema)
      return schema.properties === undefined ? converted : { ...converted, unevaluatedProperties: false }
    }
    const target = this.#schemas[reference] ?? {}
    const name = discriminatorOf(target) === undefined ? reference : `${reference}.any`
    const ref = { $ref: `gateway#/$defs/${name}` }
    return isOpen(target) ? ref : { ...ref, unevaluatedProperties: false }
  }

  /** A schema that may be one part of several for the same value. */
  #part(schema: JsonSchema): JsonSchema {
    const reference = referenceOf(schema)
    if (reference !== undefined) return { $ref: `gateway#/$defs/${reference}` }
    const { type, nullable, properties, items, allOf, required, minimum, maximum, minLength, maxLength, format } =
      schema
    const converted: JsonSchema = { required, minimum, maximum, minLength, maxLength, format, enum: schema.enum }
    converted.type = nullable === true ? [type, 'null'] : type
    if (isRecord(properties))
      converted.properties = Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, this.#use(isRecord(property) ? property : {})]),
      )
    if (isRecord(items)) converted.items = this.#use(items)
    if (Array.isArray(allOf)) converted.allOf = allOf.map((part: JsonSchema) => this.#part(part))
    return Object.fromEntries(Object.entries(converted).filter(([, value]) => value !== undefined))
  }
}

/** Where the Gateway, by its source, does not follow its own document: error bodies keep `details: null`, `output` is a list. */
function asTheGatewayAnswers(schemas: Readonly<Record<string, JsonSchema>>): Readonly<Record<string, JsonSchema>> {
  const withProperty = (name: string, property: string, schema: JsonSchema): JsonSchema => {
    const original = schemas[name]
    if (original === undefined || !isRecord(original.properties)) throw new Error(`the document has no ${name}`)
    return { ...original, properties: { ...original.properties, [property]: schema } }
  }
  return {
    ...schemas,
    ErrorResponse: withProperty('ErrorResponse', 'details', { type: 'object', nullable: true }),
    TransactionReceipt: withProperty('TransactionReceipt', 'output', { type: 'array', items: { type: 'object' } }),
  }
}

function discriminatorOf(schema: JsonSchema): { property: string; mapping: Map<string, string> } | undefined {
  const { discriminator } = schema
  if (!isRecord(discriminator) || !isRecord(discriminator.mapping)) return undefined
  const mapping = Object.entries(discriminator.mapping).map(([value, ref]): [string, string] => [
    value,
    String(ref).replace('#/components/schemas/', ''),
  ])
  return { property: String(discriminator.propertyName), mapping: new Map(mapping) }
}

function referenceOf(schema: JsonSchema): string | undefined {
  return typeof schema.$ref === 'string' ? schema.$ref.replace('#/components/schemas/', '') : undefined
}

/** Scalars, and objects passed through from the Core API, whose fields the document does not list. */
function isOpen(schema: JsonSchema): boolean {
  return schema.properties === undefined && schema.allOf === undefined
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
