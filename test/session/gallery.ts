/** Pictures of messages for people: what Discord was given, in one HTML page. */
import type { APIEmbed, APIMessage } from 'discord.js'

/** One message of a session. */
export interface Exhibit {
  /** What somebody did. */
  readonly did: string
  readonly message: APIMessage
  readonly isPrivate: boolean
  /** Files beside the page. */
  readonly pictures: readonly string[]
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** As much of Discord's Markdown as our messages use. Escaped characters are set aside first. */
function html(markdown: string): string {
  const aside: string[] = []
  const keep = (shown: string) => `\ue000${aside.push(shown) - 1}\ue000`
  return escaped(
    markdown
      .replace(/\\([^0-9A-Za-z\s])/g, (_, character: string) => keep(escaped(character)))
      .replace(/`([^`]+)`/g, (_, code: string) => keep(`<code>${escaped(code)}</code>`))
      .replace(/\[([^\]]*)\]\(<?(https?:[^)>]+)>?\)/g, (_, label: string, address: string) =>
        keep(`<a href="${escaped(address)}">${escaped(label)}</a>`),
      )
      .replace(/<t:(\d+)(?::\w)?>/g, (_, seconds: string) =>
        keep(`<time>${new Date(Number(seconds) * 1000).toISOString().slice(0, 16).replace('T', ' ')}</time>`),
      )
      .replace(/<(#|@)\d+>/g, (mention) => keep(`<b class="mention">${escaped(mention)}</b>`)),
  )
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replace(/\*(.+?)\*/g, '<i>$1</i>')
    .replace(/~~(.+?)~~/g, '<s>$1</s>')
    .replace(/\n/g, '<br>')
    .replace(/\ue000(\d+)\ue000/g, (_, i: string) => aside[Number(i)] ?? '')
    .replace(/\ue000(\d+)\ue000/g, (_, i: string) => aside[Number(i)] ?? '')
}

const hex = (color = 0): string => `#${color.toString(16).padStart(6, '0')}`

const embed = ({ title, description, fields = [], footer, color }: APIEmbed): string => `
  <div class="embed" style="border-color:${hex(color)}">
    ${title ? `<h3 dir="auto">${html(title)}</h3>` : ''}
    ${description ? `<p dir="auto">${html(description)}</p>` : ''}
    <div class="fields">${fields.map(({ name, value }) => `<div dir="auto"><b>${html(name)}</b><br>${html(value)}</div>`).join('')}</div>
    ${footer ? `<small dir="auto">${escaped(footer.text)}</small>` : ''}
  </div>`

function buttons({ components = [] }: APIMessage): string {
  const rows = components as { components?: { label?: string; disabled?: boolean }[] }[]
  return rows
    .flatMap(({ components: row = [] }) => row)
    .map(
      ({ label = '', disabled = false }) =>
        `<button ${disabled ? 'disabled' : ''}>${escaped(label)}</button>`,
    )
    .join('')
}

const exhibit = ({ did, message, isPrivate, pictures }: Exhibit): string => `
<section>
  <h2>${escaped(did)}${isPrivate ? ' <em>only the person sees it</em>' : ''}</h2>
  ${message.content ? `<p dir="auto">${html(message.content)}</p>` : ''}
  ${message.embeds.map(embed).join('')}
  ${pictures.map((name) => `<img src="${name}" alt="">`).join('')}
  ${buttons(message)}
</section>`

/** The page. Light or dark, as the reader's system is; nothing of it is loaded from elsewhere. */
export const gallery = (exhibits: readonly Exhibit[]): string => `<!doctype html>
<meta charset="utf-8"><title>What the bot says</title>
<style>
  :root { color-scheme: dark light }
  body { font: 15px/1.4 sans-serif; max-width: 46rem; margin: 1rem auto; background: light-dark(#fff, #313338); color: light-dark(#313338, #dbdee1) }
  h2 { font: 600 14px monospace; margin: 1.6rem 0 .3rem } h2 em { font-weight: 400; opacity: .6 }
  h3 { margin: 0 0 .3rem } p { margin: .2rem 0 } img { max-width: 34rem; display: block; border-radius: 4px }
  .embed { border-left: 4px solid; padding: .6rem .8rem; margin: .2rem 0; border-radius: 4px; background: light-dark(#f2f3f5, #2b2d31) }
  .fields { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem; margin-top: .4rem }
  a { color: light-dark(#006ce7, #00a8fc); text-decoration: none } small { opacity: .7 } button { margin: .3rem .3rem 0 0 }
  time, .mention { background: light-dark(#e3e5e8, #3c3f45); border-radius: 3px; padding: 0 2px }
</style>
${exhibits.map(exhibit).join('\n')}
`
