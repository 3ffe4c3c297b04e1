/** A message's components, which nest, and the limits that Discord's OpenAPI document leaves out. */
import type { Issue } from './refusal.ts'

/** A picture or a file that a component shows. */
interface Media {
  readonly url: string
}

/** As much of any component as the limits look at. */
export interface Component {
  readonly type: number
  id?: number
  readonly components?: readonly Component[]
  readonly accessory?: Component
  readonly custom_id?: string
  readonly content?: string
  readonly style?: number
  readonly url?: string
  readonly sku_id?: string
  readonly label?: string
  readonly emoji?: object
  readonly min_values?: number
  readonly max_values?: number
  readonly media?: Media
  readonly file?: Media
  readonly items?: readonly { readonly media: Media }[]
  readonly options?: readonly { readonly value: string; readonly default?: boolean }[]
}

const [ROW, BUTTON, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER] = [1, 2, 10, 11, 12, 13, 14, 17]
const SELECTS: readonly number[] = [3, 5, 6, 7, 8]
const [LINK, PREMIUM] = [5, 6]

/** Discord's backend is Python: it counts code points, not UTF-16 units as JavaScript does. */
export const characters = (text: string): number => [...text].length

interface Placed {
  readonly component: Component
  readonly path: readonly (string | number)[]
}

/** Every component with its place, each before those inside it. */
export function* eachComponent(
  components: readonly Component[],
  path: readonly (string | number)[] = ['components'],
): Generator<Placed> {
  for (const [index, component] of components.entries()) {
    const here = [...path, index]
    yield { component, path: here }
    yield* eachComponent(component.components ?? [], [...here, 'components'])
    if (component.accessory) {
      const accessory = [...here, 'accessory']
      yield { component: component.accessory, path: accessory }
    }
  }
}

/** The text that components show. */
export const textsOf = (components: readonly Component[]): string[] =>
  [...eachComponent(components)].flatMap(({ component }) =>
    component.type === TEXT ? [component.content ?? ''] : [],
  )

/** Components as Discord gives them back: each has a number, and what the sender left out has its default. */
export function completed(components: readonly Component[]): Component[] {
  const copy = structuredClone(components) as Component[]
  const placed = [...eachComponent(copy)]
  const taken = new Set(placed.map(({ component }) => component.id))
  let next = 1
  for (const { component } of placed) {
    while (!component.id && taken.has(next)) next += 1
    component.id ||= next
    taken.add(component.id)
    Object.assign(component, { ...defaultsOf(component), ...component })
    const items = component.items?.map((item) => ({ description: null, spoiler: false, ...item }))
    if (component.type === GALLERY) Object.assign(component, { items })
  }
  return copy
}

function defaultsOf({ type }: Component): object {
  if (type === FILE) return { spoiler: false }
  if (SELECTS.includes(type)) return { min_values: 1, max_values: 1 }
  if (type === CONTAINER) return { accent_color: null, spoiler: false }
  if (type === SEPARATOR) return { spacing: 1, divider: true }
  return type === THUMBNAIL ? { description: null, spoiler: false } : {}
}

/** What is wrong with the components of a message, by the rules of v2 or of the older kind. */
export function checkComponents(components: readonly Component[], v2: boolean): Issue[] {
  const placed = [...eachComponent(components)]
  const issues = v2 ? v2Issues(components, placed.length) : legacyIssues(components)
  const seen = new Set<string>()
  for (const { component, path } of placed) {
    if (component.type === BUTTON) issues.push(...buttonIssues(component, path))
    if (SELECTS.includes(component.type)) issues.push(...selectIssues(component, path))
    if (component.type === ROW) issues.push(...rowIssues(component, path))
    if (component.custom_id && seen.has(component.custom_id)) {
      const message = 'Component custom id cannot be duplicated'
      issues.push({ path: [...path, 'custom_id'], code: 'COMPONENT_CUSTOM_ID_DUPLICATED', message })
    }
    if (component.custom_id) seen.add(component.custom_id)
  }
  return issues
}

function legacyIssues(components: readonly Component[]): Issue[] {
  const issues: Issue[] = []
  if (components.length > 5) {
    const message = 'Must be 5 or fewer in length.'
    issues.push({ path: ['components'], code: 'BASE_TYPE_MAX_LENGTH', message })
  }
  for (const [index, { type }] of components.entries()) {
    if (type === ROW) continue
    const message = 'Value of field "type" must be one of (1,).'
    issues.push({ path: ['components', index], code: 'UNION_TYPE_CHOICES', message })
  }
  return issues
}

function v2Issues(components: readonly Component[], total: number): Issue[] {
  const issues: Issue[] = []
  if (total > 40) {
    const message = 'Total number of components exceeds maximum of 40'
    issues.push({ path: ['components'], code: 'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED', message })
  }
  if (characters(textsOf(components).join('')) > 4000) {
    const message = 'Components displayable text size exceeds maximum size of 4000'
    issues.push({ path: ['components'], code: 'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED', message })
  }
  return issues
}

/** A row is five buttons wide, and a select takes all of it. */
function rowIssues(row: Component, path: Placed['path']): Issue[] {
  const inside = row.components ?? []
  const width = inside.reduce((sum, { type }) => sum + (SELECTS.includes(type) ? 5 : 1), 0)
  const message = 'Components exceed the width of the row'
  return width > 5 ? [{ path, code: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', message }] : []
}

function buttonIssues(button: Component, path: Placed['path']): Issue[] {
  const { style, custom_id, url, sku_id, label, emoji } = button
  const issue = (field: string, code: string, message: string) => [{ path: [...path, field], code, message }]
  if (style === PREMIUM) return sku_id ? [] : issue('sku_id', 'BASE_TYPE_REQUIRED', 'This field is required')
  const issues: Issue[] = []
  if (custom_id && url) {
    const message = 'A custom id and url cannot both be specified'
    issues.push(...issue('custom_id', 'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE', message))
  } else if (style === LINK && !url) {
    issues.push(...issue('url', 'BUTTON_COMPONENT_URL_REQUIRED', 'A url is required'))
  } else if (style !== LINK && !custom_id) {
    issues.push(...issue('custom_id', 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required'))
  }
  if (!label && !emoji) issues.push(...issue('label', 'BASE_TYPE_REQUIRED', 'This field is required'))
  if (url && !/^(https?|discord):/i.test(url)) {
    const message = `Scheme "${url.split(':')[0]}" is not supported. Scheme must be one of ('http', 'https', 'discord').`
    issues.push(...issue('url', 'URL_TYPE_INVALID_SCHEME', message))
  }
  return issues
}

function selectIssues(select: Component, path: Placed['path']): Issue[] {
  const issues: Issue[] = []
  const { min_values: min = 1, max_values: max = 1, options } = select
  if (min > max) {
    const message = 'Minimum value must not exceed the maximum value'
    issues.push({ path: [...path, 'min_values'], code: 'SELECT_COMPONENT_MIN_VALUES_TOO_LARGE', message })
  }
  if (!options) return issues
  if (max > options.length) {
    const message = 'Maximum value must not exceed the number of options'
    issues.push({ path: [...path, 'max_values'], code: 'SELECT_COMPONENT_MAX_VALUES_TOO_LARGE', message })
  }
  const values = options.map(({ value }) => value)
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) === index) continue
    const message = 'The specified option value is already used'
    const at = [...path, 'options', index, 'value']
    issues.push({ path: at, code: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', message })
  }
  if (options.filter((option) => option.default).length > max) {
    const message = 'Too many options are selected by default'
    issues.push({ path: [...path, 'options'], code: 'SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES', message })
  }
  return issues
}
