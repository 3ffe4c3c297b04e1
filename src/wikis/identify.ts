/** Language and project of a wiki (replaced by the wikis room). */
export function identifySite(_wiki: string, domain: string): { language: string | null; project: string | null } {
  const [language = null, project = null] = domain.split('.')
  return { language, project }
}
