import { runsOf, webAddress } from '../../src/text/clean.ts'
import type { Inline, Span } from '../../src/text/inline.ts'

/** A line with links and emphasis. What it says is text, whatever is in it; what reads the other way is set apart. */
export function Line({ inline }: { readonly inline: Inline }) {
  return (
    <>
      {runsOf(inline).map(({ isApart, spans }, at) => {
        const shown = spans.map((span, place) => <Piece key={place} span={span} />)
        return isApart ? <bdi key={at}>{shown}</bdi> : <span key={at}>{shown}</span>
      })}
    </>
  )
}

function Piece({ span }: { readonly span: Span }) {
  const { text, link, bold, italic, strike, code, tone, aside } = span
  const address = link === undefined ? null : webAddress(link)
  let shown = <>{text}</>
  if (code) shown = <code>{shown}</code>
  if (strike) shown = <s>{shown}</s>
  if (italic) shown = <i>{shown}</i>
  if (bold) shown = <b>{shown}</b>
  if (tone !== undefined) shown = <span class={tone}>{shown}</span>
  if (address !== null) shown = <Away href={address}>{shown}</Away>
  return aside ? <span class="aside">{shown}</span> : shown
}

/** A way to a wiki: beside this page, which goes on. */
export function Away({
  href,
  children,
}: {
  readonly href: string
  readonly children: preact.ComponentChildren
}) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  )
}
