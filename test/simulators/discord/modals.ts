/** Forms that a bot shows, and what a user writes into them. */
import { characters } from './components.ts'

/** As much of a form's component as is looked at. */
interface Part {
  readonly type: number
  readonly id?: number
  readonly custom_id?: string
  readonly components?: readonly Part[]
  readonly component?: Part
  readonly required?: boolean
  readonly min_length?: number
  readonly max_length?: number
}

/** A form, as `data` of the response that shows it. */
export interface Modal {
  readonly custom_id: string
  readonly components: readonly Part[]
}

const TEXT_INPUT = 4

/** `data` of the interaction; an error that says why a client would not let the form go. */
export function modalData(
  { custom_id, components }: Modal,
  values: Readonly<Record<string, string>>,
): object {
  const unused = new Set(Object.keys(values))
  let next = 0
  const filled = ({ type, id, custom_id: name = '', ...part }: Part): object => {
    next += 1
    const common = { type, id: id ?? next }
    if (part.components) return { ...common, components: part.components.map(filled) }
    if (part.component) return { ...common, component: filled(part.component) }
    if (name === '') return common
    if (type !== TEXT_INPUT)
      throw new Error(`the simulator knows no forms with components of type ${type} yet`)
    const value = values[name] ?? ''
    unused.delete(name)
    const { required = true, min_length: min = 0, max_length: max = 4000 } = part
    if (value === '' && required) throw new Error(`the form needs ${name}`)
    const length = characters(value)
    if (length > max || (value !== '' && length < min)) throw new Error(`${name} is outside ${min} to ${max}`)
    return { ...common, custom_id: name, value }
  }
  const data = { custom_id, components: components.map(filled) }
  if (unused.size > 0) throw new Error(`the form has no ${[...unused].join(', ')}`)
  return data
}
