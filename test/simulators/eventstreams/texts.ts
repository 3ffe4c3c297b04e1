/** What generated events are written in: invented text in the scripts that the real stream has. */
export interface Language {
  /** Start of a title; the rest is one of `endings`. */
  readonly titles: readonly string[]
  readonly endings: readonly string[]
  readonly sections: readonly string[]
  readonly summaries: readonly string[]
  readonly users: readonly string[]
  /** Names of namespaces 1, 2 and 14. */
  readonly namespaces: readonly [talk: string, user: string, category: string]
  /** What follows the link in the comment of a categorisation. */
  readonly categorized: readonly [added: string, removed: string]
}

export const LANGUAGES = {
  en: {
    titles: [
      'History of Norway',
      'List of bridges',
      'Anna Lindqvist',
      "O'Brien & Sons",
      'Saint-Émilion',
      'AC/DC',
    ],
    endings: [
      '',
      ' (disambiguation)',
      ' (2024 film)',
      ' in the 19th century',
      ': Volume 1',
      '?',
      ' "Live"',
      ' in C++',
    ],
    sections: [
      'Early life and education',
      'References',
      'League champions, runners-up and finalists',
      'See also',
    ],
    summaries: [
      'ce',
      'Reverted edits by [[Special:Contributions/192.0.2.7|192.0.2.7]] ([[User talk:192.0.2.7|talk]]) to last version',
      'Added {{cite web}}; fixed <ref> tags & dashes – see the “talk” page 👍🏽',
      'copyedit, expand the lead with two paragraphs about the reception and the later editions of the work',
      'https://example.org/a?b=1&c=2 is a dead link',
    ],
    users: ['Preferwiki', 'Old Dog of 1987', 'Mr "Quotes" Smith', "O'Hara_99", 'Ålesund Reader', '~~ tilde'],
    namespaces: ['Talk', 'User', 'Category'],
    categorized: ['added to category', 'removed from category'],
  },
  de: {
    titles: ['Straßenbahn Würzburg', 'Liste der Kulturdenkmäler', 'Jürgen Größlein', 'Übersee-Museum'],
    endings: ['', ' (Begriffsklärung)', ' (Film, 2021)', ' in Oberösterreich', ' – Teil 2'],
    sections: ['Leben und Werk', 'Einzelnachweise', 'Geschichte bis 1945', 'Weblinks'],
    summaries: [
      'Tippfehler entfernt',
      'Änderungen rückgängig gemacht, keine Belege',
      'form',
      'Quellen ergänzt & gekürzt',
    ],
    users: ['Größenwahn', 'Müller-Lüdenscheidt', 'Wikifreund 77', 'Kätzchen am Fluss'],
    namespaces: ['Diskussion', 'Benutzer', 'Kategorie'],
    categorized: ['zur Kategorie hinzugefügt', 'aus der Kategorie entfernt'],
  },
  fr: {
    titles: ["L'Œuvre complète", 'Château de Chenonceau', 'Élections législatives', 'Forêt d’Orléans'],
    endings: ['', ' (homonymie)', ' (film, 2019)', ' en Île-de-France'],
    sections: ['Biographie', 'Notes et références', 'Période contemporaine'],
    summaries: [
      'Correction d’orthographe',
      'ajout d’une source ; mise à jour',
      'Déclaration créée : vérifiée',
    ],
    users: ['Éléonore de Troyes', 'Jean-François 75', 'Cœur léger'],
    namespaces: ['Discussion', 'Utilisateur', 'Catégorie'],
    categorized: ['ajouté à la catégorie', 'retiré de la catégorie'],
  },
  es: {
    titles: ['Ñuñoa', 'Anexo:Municipios de España', '¿Quién soy yo?', 'Batalla de Maipú'],
    endings: ['', ' (desambiguación)', ' (álbum)', ' de América del Sur'],
    sections: ['Véase también', 'Historia', 'Años recientes'],
    summaries: ['Revertidos los cambios, ¡vandalismo!', 'ortografía', 'añadiendo referencia, página 12'],
    users: ['Señor Pingüino', 'María del Mar', 'Peñalosa'],
    namespaces: ['Discusión', 'Usuario', 'Categoría'],
    categorized: ['añadida a la categoría', 'eliminada de la categoría'],
  },
  ru: {
    titles: ['Санкт-Петербургская улица', 'Население России', 'Ёлкин, Пётр', 'Список городов'],
    endings: ['', ' (значения)', ' (фильм, 1975)', ' в XX веке'],
    sections: ['Биография', 'Примечания', 'Население и хозяйство'],
    summaries: ['оформление', 'отмена правки: «вандализм»', 'дополнение, источники', 'викификация'],
    users: ['Щукин Юрий', 'Бот Помощник', 'Мария Ъ'],
    namespaces: ['Обсуждение', 'Участник', 'Категория'],
    categorized: ['добавлена в категорию', 'удалена из категории'],
  },
  ar: {
    titles: ['القاهرة الكبرى', 'قائمة ملوك مصر', 'محمد بن أحمد', 'تاريخ الأندلس'],
    endings: ['', ' (توضيح)', ' (فيلم 2020)', '\u200f (كتاب)'],
    sections: ['حياته', 'مراجع', 'انظر أيضا'],
    summaries: ['تنسيق', 'استرجاع تعديلات 192.0.2.9', 'إضافة مصدر \u200e(en)\u200f جديد', 'بوت: صيانة'],
    users: ['أبو حمزة', 'ليلى 1990', 'مُحرِّر'],
    namespaces: ['نقاش', 'مستخدم', 'تصنيف'],
    categorized: ['أضيفت إلى التصنيف', 'أزيلت من التصنيف'],
  },
  he: {
    titles: ['ירושלים', 'תל אביב–יפו', 'צה״ל', 'שונה'],
    endings: ['', ' (פירושונים)', ' (סרט, 2018)'],
    sections: ['קורות חיים', 'הערות שוליים'],
    summaries: ['הגהה', 'שוחזר מעריכות', 'תיקון קישור לדף'],
    users: ['יוסי כהן', 'דוד שי'],
    namespaces: ['שיחה', 'משתמש', 'קטגוריה'],
    categorized: ['נוסף לקטגוריה', 'הוסר מהקטגוריה'],
  },
  ja: {
    titles: ['東京都交通局', '日本の鉄道史', 'ウィキペディア', '北海道'],
    endings: ['', '_(曖昧さ回避)', ' (2023年の映画)', '一覧'],
    sections: ['概要', '脚注', '沿革と歴史'],
    summaries: ['加筆', '誤字修正。出典を追加', '[[Help:リンク|リンク]]の整理'],
    users: ['さくら', '電車ファン', 'Ｗｉｋｉ太郎'],
    namespaces: ['ノート', '利用者', 'Category'],
    categorized: ['をカテゴリに追加', 'をカテゴリから除去'],
  },
  zh: {
    titles: ['北京大學', '香港電影列表', '𠮷野家', '三国演义'],
    endings: ['', ' (消歧义)', ' (2022年电影)'],
    sections: ['历史', '參考資料'],
    summaries: ['修正错字', '// Edit via Wikiplus', '回退破坏 😡'],
    users: ['老陳', '张三丰'],
    namespaces: ['Talk', 'User', 'Category'],
    categorized: ['已添加至分类', '已从分类中移除'],
  },
  hi: {
    titles: ['भारत का इतिहास', 'हिन्दी साहित्य', 'क्षत्रिय'],
    endings: ['', ' (बहुविकल्पी)', ' (२०२१ फ़िल्म)'],
    sections: ['जीवन परिचय', 'सन्दर्भ'],
    summaries: ['वर्तनी सुधार', 'सन्दर्भ जोड़ा गया 🙏'],
    users: ['संजीव कुमार', 'अनामदास'],
    namespaces: ['वार्ता', 'सदस्य', 'श्रेणी'],
    categorized: ['श्रेणी में जोड़ा गया', 'श्रेणी से हटाया गया'],
  },
} as const satisfies Record<string, Language>

/** A wiki that generated events come from. */
export interface Wiki {
  readonly wiki: string
  readonly domain: string
  readonly language: keyof typeof LANGUAGES
  /** How often, against the others. */
  readonly weight: number
  /** Where its counts stand. */
  readonly rcid: number
  readonly revision: number
  /** Whether edits are patrolled: if not, the field is absent. */
  readonly patrols: boolean
}

const wiki = (
  name: string,
  domain: string,
  language: keyof typeof LANGUAGES,
  weight: number,
  rcid: number,
  revision: number,
  patrols = false,
): Wiki => ({ wiki: name, domain, language, weight, rcid, revision, patrols })

export const WIKIS: readonly Wiki[] = [
  wiki('commonswiki', 'commons.wikimedia.org', 'en', 420, 3_415_411_355, 1_256_511_322, true),
  wiki('wikidatawiki', 'www.wikidata.org', 'en', 200, 2_606_338_387, 2_527_191_287, true),
  wiki('enwiki', 'en.wikipedia.org', 'en', 150, 2_053_800_699, 1_367_685_440),
  wiki('dewiki', 'de.wikipedia.org', 'de', 36, 438_200_114, 259_114_870),
  wiki('ruwiki', 'ru.wikipedia.org', 'ru', 32, 540_029_193, 147_003_411),
  wiki('frwiki', 'fr.wikipedia.org', 'fr', 30, 611_470_020, 228_004_590, true),
  wiki('enwiktionary', 'en.wiktionary.org', 'en', 28, 152_119_703, 91_797_642, true),
  wiki('arwiki', 'ar.wikipedia.org', 'ar', 26, 343_004_881, 72_318_442, true),
  wiki('eswiki', 'es.wikipedia.org', 'es', 22, 380_441_765, 169_208_113, true),
  wiki('jawiki', 'ja.wikipedia.org', 'ja', 18, 239_661_204, 106_741_008),
  wiki('zhwiki', 'zh.wikipedia.org', 'zh', 14, 214_870_331, 88_911_207, true),
  wiki('hewiki', 'he.wikipedia.org', 'he', 8, 126_301_775, 41_955_003, true),
  wiki('frwiktionary', 'fr.wiktionary.org', 'fr', 6, 48_211_650, 38_104_200),
  wiki('hiwiki', 'hi.wikipedia.org', 'hi', 3, 15_302_117, 6_400_812),
  wiki('dewikisource', 'de.wikisource.org', 'de', 2, 9_101_220, 4_530_001),
  wiki('arzwiki', 'arz.wikipedia.org', 'ar', 2, 19_440_003, 11_804_110),
  wiki('metawiki', 'meta.wikimedia.org', 'en', 2, 31_870_004, 29_010_455),
  wiki('be_x_oldwiki', 'be-tarask.wikipedia.org', 'ru', 1, 3_310_887, 2_611_902),
]
