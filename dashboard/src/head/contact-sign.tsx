import { useEffect, useState } from 'preact/hooks'
import { contact } from '../live/contact.ts'
import { text } from '../say.ts'

/** Whether changes come, and when it is tried again. */
export function ContactSign() {
  const now = contact.value
  const seconds = useSecondsTo(now.state === 'waiting' ? now.at : null)
  return (
    <span class={`contact ${now.state}`}>
      <span class="dot" />
      <span role="status">
        {now.state === 'open' && text('web.contact.open')}
        {now.state === 'connecting' && text('web.contact.connecting')}
        {now.state === 'waiting' && text('web.contact.waiting')}
        {now.state === 'refused' && text('web.contact.refused')}
      </span>
      {/* Not read aloud: it is another every second. */}
      {seconds !== null && <span aria-hidden="true"> {text('unit.seconds', { count: seconds })}</span>}
    </span>
  )
}

function useSecondsTo(at: number | null): number | null {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (at === null) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [at])
  return at === null ? null : Math.max(0, Math.ceil((at - now) / 1000))
}
