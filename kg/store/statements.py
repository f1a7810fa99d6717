"""The store's tables, and the longer statements that are asked of them."""

from __future__ import annotations

from collections.abc import Sequence

from kg.named import JOINING
from kg.store import rows

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, publication TEXT, date TEXT, page TEXT,
    text BLOB NOT NULL,  -- UTF-8, zlib
    made_by TEXT  -- the fingerprint of what it was read with
);
CREATE INDEX documents_in_order ON documents (path, id);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    title TEXT, name TEXT, publication TEXT, date TEXT, page TEXT, kind TEXT NOT NULL,
    byline TEXT NOT NULL, headings TEXT NOT NULL, captions TEXT NOT NULL, offsets TEXT NOT NULL, text TEXT NOT NULL,
    original TEXT,  -- the article that stands for this one and its reprints
    sentences TEXT NOT NULL,
    mentions INTEGER NOT NULL,  -- how many of its mentions the reading lists
    UNIQUE (document, number)
);
CREATE TABLE mentions (
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, type TEXT NOT NULL, subtype TEXT,
    finder TEXT NOT NULL, score REAL NOT NULL, PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE groups (
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, number INTEGER NOT NULL, id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL, subtype TEXT, name TEXT NOT NULL, mentions TEXT NOT NULL, adcode TEXT, reason TEXT NOT NULL,
    PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE "references" (
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, mention INTEGER NOT NULL,
    reason TEXT NOT NULL, score REAL NOT NULL, PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE claims (
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, number INTEGER NOT NULL, id TEXT NOT NULL,
    subject INTEGER NOT NULL, predicate TEXT NOT NULL, object INTEGER, value TEXT, qualifiers TEXT NOT NULL,
    modality TEXT NOT NULL, polarity TEXT NOT NULL,
    evidence TEXT NOT NULL CHECK (evidence LIKE '[[%'),  -- there is no claim without it, whoever writes
    reader TEXT NOT NULL, score REAL NOT NULL, agreed TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (article, number)
) WITHOUT ROWID;
CREATE TABLE links (
    "group" TEXT PRIMARY KEY REFERENCES groups (id) ON DELETE CASCADE, entity TEXT NOT NULL, reason TEXT NOT NULL,
    "by" TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE as_read (  -- what was read in the articles in which decisions changed something
    article TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, parts TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE kept (  -- what resolution worked out of single articles
    what TEXT NOT NULL, article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, value TEXT NOT NULL,
    PRIMARY KEY (article, what)
);
CREATE TABLE decisions (number INTEGER PRIMARY KEY, line TEXT NOT NULL, problem TEXT);
CREATE TABLE judgements (
    fact TEXT PRIMARY KEY, predicate TEXT NOT NULL, statement TEXT NOT NULL, claims TEXT NOT NULL,
    "right" INTEGER NOT NULL CHECK ("right" IN (0, 1))
) WITHOUT ROWID;
CREATE TABLE skipped (number INTEGER PRIMARY KEY, "where" TEXT NOT NULL, step TEXT NOT NULL, message TEXT NOT NULL);
"""
TABLES = ("documents", "articles", "mentions", "groups", "claims", "links", "judgements", "skipped")
PARTS = (("mentions", rows.MENTION), ("groups", rows.GROUP), ("references", rows.REFERENCE), ("claims", rows.CLAIM))


def columns(names: Sequence[str], table: str = "") -> str:
    """Return the names as SQL writes them, with a prefix such as ``d.``."""
    return ", ".join(f'{table}"{name}"' for name in names)


def insert(table: str, names: Sequence[str]) -> str:
    """Return the statement that inserts a row of these columns."""
    return f'INSERT INTO "{table}" ({columns(names)}) VALUES ({", ".join("?" * len(names))})'


INSERT_PARTS = [insert(table, names) for table, names in PARTS]
SELECT_PARTS = [f'SELECT {columns(names)} FROM "{table}" WHERE article = ? ORDER BY number' for table, names in PARTS]
FORMAT_3 = "3"
SELECT_PARTS_3 = [select.replace('"agreed"', f"'{rows.NONE_AGREED}'") for select in SELECT_PARTS]
FROM_3 = (
    f"ALTER TABLE claims ADD COLUMN agreed TEXT NOT NULL DEFAULT '{rows.NONE_AGREED}'",
    SCHEMA[SCHEMA.index("CREATE TABLE kept") : SCHEMA.index("CREATE TABLE decisions")].rstrip(";\n"),
)
"""How a store of format 3 is read, and brought up to date."""
SELECT_DOCUMENTS = f"SELECT {columns(rows.DOCUMENT)} FROM documents"
SELECT_ARTICLES = f"SELECT {columns(rows.ARTICLE)} FROM articles"
ALL_ARTICLES = (
    f"SELECT {columns(rows.ARTICLE, 'a.')} FROM documents d JOIN articles a ON a.document = d.id "
    "ORDER BY d.path, d.id, a.number"
)
CODES = """
SELECT DISTINCT l.entity, g.adcode FROM groups g JOIN links l ON l."group" = g.id
WHERE g.adcode IS NOT NULL ORDER BY 1, 2
"""
JOINED = """
SELECT DISTINCT ls.entity, lo.entity FROM claims c
JOIN groups s ON s.article = c.article AND instr(s.mentions, c.subject)  -- most groups fail here, which is quicker
    AND EXISTS (SELECT 1 FROM json_each(s.mentions) WHERE value = c.subject)
JOIN groups o ON o.article = c.article AND instr(o.mentions, c.object)
    AND EXISTS (SELECT 1 FROM json_each(o.mentions) WHERE value = c.object)
JOIN links ls ON ls."group" = s.id JOIN links lo ON lo."group" = o.id
WHERE c.predicate IN (SELECT value FROM json_each(?)) AND c.polarity = 'affirmed' AND c.modality <> 'planned'
ORDER BY 1, 2
"""
AS_READ = "SELECT article, parts FROM as_read WHERE article IN (SELECT id FROM articles WHERE document = ?)"
NAMING = """
SELECT DISTINCT a.document FROM links l JOIN groups g ON g.id = l."group" JOIN articles a ON a.id = g.article
WHERE l.entity IN (SELECT value FROM json_each(?)) ORDER BY 1
"""
NAMES = f"""
SELECT l.entity, a.document, coalesce(nullif(a.date, ''), d.date), {columns(rows.GROUP, "g.")},
    (SELECT json_group_array(json_array({columns(rows.MENTION[2:], "m.")})) FROM json_each(g.mentions) j
     JOIN mentions m ON m.article = g.article AND m.number = j.value)
FROM links l JOIN groups g ON g.id = l."group" JOIN articles a ON a.id = g.article
JOIN documents d ON d.id = a.document
WHERE l.entity IN (SELECT value FROM json_each(?)) AND d.id NOT IN (SELECT value FROM json_each(?))
ORDER BY d.path, d.id, a.number, g.number
"""

MEMBERS = """
SELECT d.path, a.title, g.name,
    (SELECT json_group_array(text) FROM (
        SELECT m.text FROM json_each(g.mentions) j JOIN mentions m ON m.article = g.article AND m.number = j.value
        GROUP BY m.text ORDER BY min(m.number))),
    g.reason, l.reason, l."by"
FROM links l JOIN groups g ON g.id = l."group" JOIN articles a ON a.id = g.article
JOIN documents d ON d.id = a.document
WHERE l.entity = ? ORDER BY d.path, d.id, a.number, g.number
"""
KEPT = """
SELECT a.id, k.value FROM articles a LEFT JOIN kept k ON k.article = a.id AND k.what = ? ORDER BY a.id
"""
TEXTS = "SELECT id, document, text FROM articles WHERE {id} ORDER BY id"
NAMED = (
    "SELECT id, document, date FROM articles WHERE {id} ORDER BY id",
    "SELECT article, id, type, subtype, name, mentions, adcode FROM groups WHERE {article} ORDER BY article, number",
    'SELECT article, number, "start", "end", text FROM mentions WHERE {article} ORDER BY article, number',
    f"""SELECT article, subject, predicate, object,
        (SELECT value ->> 1 FROM json_each(qualifiers) WHERE value ->> 0 = 'title' ORDER BY key LIMIT 1)
    FROM claims WHERE {{article}} AND predicate IN ({", ".join(f"'{name}'" for name in JOINING)})
        AND polarity = 'affirmed' AND object IS NOT NULL
    ORDER BY article, number""",
)
"""Four walks over tables that are stored in this order, side by side."""
