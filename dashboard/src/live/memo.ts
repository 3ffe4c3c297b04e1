import { Component, type ComponentType, h } from 'preact'

/** Of a component that is drawn anew only where one of its properties is another: a list is long, and its rows stay. */
export function memo<P extends object>(drawn: ComponentType<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const names = Object.keys(next) as (keyof P)[]
      return names.some((name) => next[name] !== this.props[name])
    }
    override render() {
      return h(drawn, this.props)
    }
  }
}
