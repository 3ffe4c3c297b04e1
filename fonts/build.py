"""build.py NAMES OUT: makes the two fonts of the pictures; see README.md."""
import pathlib
import sys

from fontTools import merge, subset
from fontTools.ttLib import TTFont

names = set(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'))
out = pathlib.Path(sys.argv[2])
EXPO, SOURCE = 'node_modules/@expo-google-fonts', 'node_modules/@fontsource'

def span(*pairs):
    return {c for first, last in pairs for c in range(first, last + 1)}

def named(*pairs):
    """What languages call themselves, of these blocks."""
    return {ord(c) for c in names} & span(*pairs)

HAN = [(0x2E80, 0x2FFF), (0x3005, 0x3007), (0x3400, 0x9FFF), (0x20000, 0x323AF)]
KANA = [(0x3040, 0x30FF)]
HANGUL = [(0x1100, 0x11FF), (0xAC00, 0xD7AF)]
LATIN = span((0x20, 0x7E), (0xA0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F),
             (0x20A0, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212))
ARABIC = span((0x600, 0x6FF), (0x750, 0x77F))
FEATURES = ['ccmp', 'locl', 'mark', 'mkmk', 'kern', 'init', 'medi', 'fina', 'isol', 'rlig', 'liga', 'calt']
DROPPED = ['BASE', 'MATH', 'STAT', 'VORG', 'meta', 'vhea', 'vmtx']
METRICS = {
    'hhea': ['ascent', 'descent', 'lineGap'],
    'OS/2': ['sTypoAscender', 'sTypoDescender', 'sTypoLineGap', 'usWinAscent', 'usWinDescent', 'usWeightClass'],
}
# A character is taken from the first that has it.
PARTS = [
    (EXPO + '/noto-sans/{0}/NotoSans_{0}.ttf', LATIN),
    (EXPO + '/noto-sans-arabic/{0}/NotoSansArabic_{0}.ttf', ARABIC),
    (SOURCE + '/noto-sans-hebrew/files/noto-sans-hebrew-hebrew-{1}-normal.woff', span((0x590, 0x5FF))),
    (SOURCE + '/noto-sans-armenian/files/noto-sans-armenian-armenian-{1}-normal.woff', span((0x530, 0x58F))),
    (SOURCE + '/noto-sans-georgian/files/noto-sans-georgian-georgian-{1}-normal.woff', span((0x10A0, 0x10FF), (0x1C90, 0x1CBF))),
    (EXPO + '/noto-sans-jp/{0}/NotoSansJP_{0}.ttf', named(*HAN) | span(*KANA)),
    (EXPO + '/noto-sans-sc/{0}/NotoSansSC_{0}.ttf', named(*HAN)),
    (EXPO + '/noto-sans-kr/{0}/NotoSansKR_{0}.ttf', named(*HANGUL)),
]

for weight, number in [('400Regular', '400'), ('600SemiBold', '600')]:
    taken, files = set(), []
    for i, (path, wanted) in enumerate(PARTS):
        font = TTFont(path.format(weight, number))
        chars = (wanted & set(font.getBestCmap())) - taken
        taken |= chars
        options = subset.Options(hinting=False, notdef_outline=True, layout_features=FEATURES)
        options.drop_tables += DROPPED
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=chars)
        subsetter.subset(font)
        font.flavor = None
        assert font['head'].unitsPerEm == 1000, path
        files.append(f'part{i}.ttf')
        font.save(files[-1])
    options = merge.Options()
    options.drop_tables = DROPPED
    merged = merge.Merger(options=options).merge(files)
    # The lines are as high as those of the Latin letters.
    first = TTFont(files[0])
    for table, keys in METRICS.items():
        for key in keys:
            setattr(merged[table], key, getattr(first[table], key))
    merged['name'].names = []
    for number_of_name, text in {
        0: 'Copyright the Noto Project Authors (https://github.com/notofonts)',
        1: 'Wiki Charts',
        2: 'Regular' if number == '400' else 'Bold',
        4: f'Wiki Charts {weight[3:]}',
        6: f'WikiCharts-{weight[3:]}',
        13: 'This Font Software is licensed under the SIL Open Font License, Version 1.1.',
        14: 'https://openfontlicense.org',
    }.items():
        merged['name'].setName(text, number_of_name, 3, 1, 0x409)
    file = out / f'wiki-charts-{number}.ttf'
    merged.save(file)
    print(file, len(taken), 'characters,', file.stat().st_size, 'bytes')
