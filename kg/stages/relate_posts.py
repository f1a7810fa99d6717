"""Posts: who holds which position where, read from the titles beside names.

A title stands before the name and after its body (某公司董事长甲), or the name comes first: 甲，某公司董事长;
甲（某公司董事长）; 甲任某协会会长. Several titles at one body are one claim, titles of different bodies one each.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.claims import make_claim
from kg.model import Claim, Mention, Modality, Qualifier, Reading, Reference, Span
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema
from kg.titles import Title, remark_start, title_before, title_pieces

_PREDICATE = "holdsPosition"
_BESIDE, _DEPARTMENT, _NAME_FIRST, _SHARED = 0.95, 0.9, 0.8, 0.7
_LONGEST_TITLE = 32
_SHAREABLE = frozenset({"reporter", "expert", "citizen", "other"})
"""Kinds of posts that many hold at once: before a list of names the title is everyone's."""

_VERB = re.compile(
    r"(?:先生|女士|同志)?[现曾还也已则被]?(?:正式|成功|再次|连续|首次|先后)?(?P<planned>拟|将)?(?:提名|推荐)?"
    r"(?:担任|出任|现任|兼任|当选为?|就任|接任|历任|曾任|时任|调任|转任|升任|任|获聘为|聘为|任命为|(?<=提名)为|(?<=推荐)为|是)了?(?=[\u4e00-\u9fffA-Za-z“])"
)
_LATER_VERB = re.compile(
    r"[，；](?:(?:19|20)\d\d年)?(?:\d{1,2}月)?(?:并|后|随后|此后|又|再|还)?(?:曾|先后|同时)?(?P<planned>拟)?"
    r"(?:历任|曾任|现任|担任|出任|转任|调任|升任|兼任|就任|接任|当选为?|任)(?=[\u4e00-\u9fffA-Za-z“])"
)
"""A further clause of the sentence about the same person: 甲曾在某省工作，历任…, 并于2021年5月转任…"""

_APPOSITION = re.compile(r"[，（(](?:现任|时任|系)?")
_TAKES_OFFICE = re.compile(r"担任|出任|兼任")
_STOPS = re.compile(r"[，。；）)\n、！？”（(的]|兼|期间|以来|一职|职务|等职|人选|后|时|$")
_CLAUSE_ENDS = ("，。；）)\n", "，。；）)\n、！？”（(的兼期以一职等人后时")
"""What may follow a title after a name and a comma, and after a verb."""

_ALIAS = re.compile(r"[（(][^（）()\n]{2,30}[）)]")
_CLOSERS = ("）", ")", "》", "”")
_DROPPED = re.compile(r"的|报?(?:报道|客户端)?(?=(?:本报|首席|见习|特约|特派|摄影|全媒体|驻.{2,6})?记者)")
"""What may stand between a body and its title and belongs to neither: 《中国新闻》报记者."""

_AND = re.compile(r"、|和|及|与|以及|[ \u3000]*")
_PUBLIC = frozenset({"government", "party"})
_COMMITTEE_OF = re.compile(r"(?:中共)?(.*[省市县区州盟旗镇乡村])委(?:员会)?$")


@dataclass(frozen=True, slots=True)
class _Body:
    """What a post is at: a mention, or a reference that stands for one."""

    start: int
    end: int
    mention: Mention
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class _Post:
    body: _Body
    title: Span
    score: float
    modality: Modality = "done"


@dataclass(frozen=True, slots=True)
class _Page:
    """A reading laid out for walking: bodies by their ends (in text order) and by their starts."""

    reading: Reading
    text: str
    ends: list[int]
    bodies: list[_Body]
    by_start: dict[int, _Body]
    people: tuple[Mention, ...]
    people_starts: list[int]
    sentence_starts: list[int]

    def names_person(self, start: int, end: int) -> bool:
        """Say whether a person's name begins after ``start`` and before ``end``."""
        return bisect_right(self.people_starts, start) < bisect_left(self.people_starts, end)

    def sentence(self, at: int) -> Span:
        return self.reading.sentences[bisect_right(self.sentence_starts, at) - 1]


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(*, schema: Schema) -> Stage:
    """Read posts from the titles beside names."""
    known = schema.predicates.get(_PREDICATE)
    objects = known.range if known is not None and "Person" in known.domain else frozenset[str]()

    def relate_posts(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, claims=reading.claims + tuple(_claims(reading, objects))) for reading in batch]

    return relate_posts


def _page(reading: Reading, objects: frozenset[str]) -> _Page:
    bodies = [_Body(m.span.start, m.span.end, m) for m in reading.mentions if m.type in objects]
    bodies += [_Body(r.span.start, r.span.end, r.mention, r) for r in reading.references if r.mention.type in objects]
    bodies.sort(key=lambda body: (body.end, -body.start))
    people = tuple(sorted((m for m in reading.mentions if m.type == "Person"), key=lambda m: m.span))
    return _Page(
        reading, reading.article.text, [body.end for body in bodies], bodies, {body.start: body for body in bodies},
        people, [person.span.start for person in people], [sentence.start for sentence in reading.sentences],
    )  # fmt: skip


def _claims(reading: Reading, objects: frozenset[str]) -> Iterator[Claim]:
    page = _page(reading, objects)
    if not page.bodies or not page.sentence_starts:
        return
    groups = {mention.span: group.id for group in reading.groups for mention in group.mentions}
    seen: set[tuple[str, str, str]] = set()
    shared: list[_Post] = []
    last: Mention | None = None
    nearest: _Body | None = None
    for person in page.people:
        before = list(_posts_before(page, person.span.start))
        if not before and last is not None and _AND.fullmatch(page.text, last.span.end, person.span.start):
            before = [replace(post, score=_SHARED) for post in shared]
        if not before and last is not None and nearest is not None:
            before = list(_carried(page, nearest, last, person))
        nearest = before[0].body if before else None
        shared, last = [post for post in before if _is_shareable(page, post)], person
        for post in (*before, *_posts_after(page, person)):
            title = page.text[post.title.start : post.title.end]
            body = groups.get(post.body.mention.span, f"{post.body.mention.type} {post.body.mention.text}")
            if (key := (person.text, body, title)) not in seen:
                seen.add(key)
                yield _claim(page, person, post, title)


def _claim(page: _Page, person: Mention, post: _Post, title: str) -> Claim:
    evidence, score = [page.sentence(person.span.start)], post.score
    if post.body.reference is not None:
        score = min(score, post.body.reference.score)
        antecedent = page.sentence(post.body.mention.span.start)
        evidence += [antecedent] if antecedent != evidence[0] else []
    return make_claim(
        page.reading.article, person, _PREDICATE, post.body.mention, evidence=evidence, reader="relate_posts",
        score=score, qualifiers=[Qualifier("title", title)], modality=post.modality,
    )  # fmt: skip


def _is_shareable(page: _Page, post: _Post) -> bool:
    title = title_before(page.text, post.title.end, post.title.start)
    return title is not None and (title.head.kind in _SHAREABLE or title.head.text == "议员")


def _posts_before(page: _Page, at: int) -> Iterator[_Post]:
    """Yield the posts whose titles end at ``at``, from the nearest to the farthest."""
    text = page.text
    while at > 0 and text[at - 1] in " \u3000":
        at -= 1
    if text.endswith("的", 0, at) and title_before(text, at - 1) is not None:
        at -= 1
    while (found := _titled_body(page, at)) is not None:
        body, title = found
        yield from _divided(page, body, title)
        while (other := _joined_body(page, body)) is not None:
            yield _Post(other, title, _DEPARTMENT)
            body = other
        joint = next((j for j in ("、", "，", "兼", "及", "和", "暨") if text.endswith(j, 0, body.start)), None)
        if joint is None or (joint == "，" and title_before(text, body.start - 1) is None):
            return
        at = body.start - len(joint)


def _carried(page: _Page, body: _Body, last: Mention, person: Mention) -> Iterator[_Post]:
    """Yield the post of the second of two persons at one body: 某公司董事长甲、总经理乙."""
    joint = _AND.match(page.text, last.span.end)
    start = joint.end() if joint is not None else last.span.end
    if start == last.span.end or body.mention.type == "Region":
        return
    pieces = title_pieces(page.text, start, person.span.start)
    title = title_before(page.text, person.span.start, start) if pieces else None
    if title is not None and title.start == start and title.head.kind not in ("citizen", "other"):
        yield _Post(body, Span(start, person.span.start), _SHARED)


def _titled_body(page: _Page, at: int) -> tuple[_Body, Span] | None:
    """Return the body of the title that ends at ``at``, and the title's span with the department in it."""
    if title_before(page.text, remark_start(page.text, max(0, at - _LONGEST_TITLE), at)) is None:
        return None
    index = bisect_right(page.ends, at - 2) - 1
    while index >= 0 and at - page.ends[index] <= _LONGEST_TITLE:
        body = page.bodies[index]
        title = _title_of(page, body, at)
        if title is not None or body.mention.type != "Region":
            return None if title is None else (body, title)
        # a region inside the title at what stands before it: 某公司中国区总裁, 中国驻开普敦总领事
        index = bisect_right(page.ends, body.start) - 1
    return None


def _title_of(page: _Page, body: _Body, end: int) -> Span | None:
    """Return the title at that body which ends at ``end``: of a region only the posts of a place."""
    start = body.end
    while page.text.startswith(_CLOSERS, start):
        start += 1
    if (alias := _ALIAS.match(page.text, start, end)) is not None:
        start = alias.end()
    if (dropped := _DROPPED.match(page.text, start, end)) is not None:
        start = dropped.end()
    pieces = title_pieces(page.text, start, end)
    if not pieces or pieces[-1].head.kind == "citizen" or page.names_person(start, end):
        return None
    if page.text.endswith("驻", 0, body.start) and not page.text.startswith("驻", start):
        return None
    if body.mention.type == "Region" and not all(_is_of_place(page.text, piece) for piece in pieces):
        return None
    return Span(start, pieces[-1].end)


def _is_of_place(text: str, piece: Title) -> bool:
    """Say whether a title without department is a post of a place: 县长, 常务副市长, 驻华大使.

    主席 is one of an autonomous region (Law on Regional National Autonomy, art. 17: the chairman heads its government).
    """
    title = title_before(text, piece.end, piece.start)
    whole = title is not None and (title.start == piece.start or text[piece.start] == "驻")
    chairs = piece.head.text == "主席" and text.endswith("自治区", 0, piece.start)
    return whole and (piece.head.of_place or chairs)


def _divided(page: _Page, body: _Body, title: Span) -> Iterator[_Post]:
    """Yield the posts of a title at a body: a post of the place in a party committee's title is one of its own.

    忻城县委副书记、县长 is a secretary of the committee and the head of the county. Where the article names the county
    nowhere, the second post is left out.
    """
    text = page.text
    plain = title.start == body.end or text[title.start - 1] == "的"
    score = _BESIDE if plain and len(title) <= 12 else _DEPARTMENT
    place = _COMMITTEE_OF.match(body.mention.text) if body.mention.subtype == "party" else None
    pieces = title_pieces(text, title.start, title.end)
    if place is None or not any(_is_of_place(text, piece) for piece in pieces):
        yield _Post(body, title, score)
        return
    region = _region_named(page, place[1])
    run: list[Title] = []
    for index, piece in enumerate(pieces):
        if _is_of_place(text, piece):
            if region is not None:
                yield _Post(region, Span(piece.start, piece.end), _DEPARTMENT)
        else:
            run.append(piece)
        ends = index + 1 == len(pieces) or _is_of_place(text, pieces[index + 1])
        if run and ends:
            yield _Post(body, Span(run[0].start, run[-1].end), score)
            run = []


def _region_named(page: _Page, name: str) -> _Body | None:
    """Return the first mention of the region that the name ends with (北京市密云区: 密云区), else of its short name."""
    regions = [body for body in page.bodies if body.mention.type == "Region" and body.reference is None]
    for full in (name, name[:-1]):
        for body in regions:
            if len(body.mention.text) > 1 and full.endswith(body.mention.text):
                return body
    return None


def _joined_body(page: _Page, body: _Body) -> _Body | None:
    """Return the public body joined to this one by 、 or 和, which shares its title: 某市科委、某园区管委会副主任."""
    if body.mention.subtype not in _PUBLIC or page.text[body.start - 1 : body.start] not in ("、", "和", "及"):
        return None
    index = bisect_right(page.ends, body.start - 1) - 1
    other = page.bodies[index] if index >= 0 else None
    joined = other is not None and other.end == body.start - 1 and other.mention.subtype in _PUBLIC
    return other if joined else None


def _posts_after(page: _Page, person: Mention) -> Iterator[_Post]:
    """Yield the posts that follow a name: 甲，某公司董事长，…; 甲（某公司总经理）; 甲拟任某局局长.

    And those whose title leads up to the name by a verb: 某局局长由甲担任; 某公司法定代表人为甲.
    """
    text, end = page.text, person.span.end
    given_by = text.endswith("由", 0, person.span.start) and _TAKES_OFFICE.match(text, end)
    if given_by or text.endswith(("为", "是"), 0, person.span.start):
        yield from (replace(post, score=_NAME_FIRST) for post in _posts_before(page, person.span.start - 1))
    verb = _VERB.match(text, end)
    link = verb or _APPOSITION.match(text, end)
    if link is not None:
        yield from _posts_from(page, link.end(), verb)
    sentence = page.sentence(person.span.start)
    following = bisect_right(page.people_starts, person.span.start)
    stop = min([sentence.end, *page.people_starts[following : following + 1]])
    for later in _LATER_VERB.finditer(text, end, stop):
        yield from _posts_from(page, later.end(), later)


def _posts_from(page: _Page, at: int, verb: re.Match[str] | None) -> Iterator[_Post]:
    """Yield the posts listed from there on, behind a verb or in apposition; none where the last ends unlike a list."""
    text = page.text
    modality: Modality = "planned" if verb is not None and verb["planned"] else "done"
    posts: list[_Post] = []
    while (body := _innermost(page, at)) is not None and (title := _title_from(page, body)) is not None:
        posts += (replace(post, score=_NAME_FIRST, modality=modality) for post in _divided(page, body, title))
        if title.end < len(text) and text[title.end] not in _CLAUSE_ENDS[verb is not None]:
            return
        at = title.end + 1 if text.startswith(("、", "，", "兼"), title.end) else -1
    yield from posts


def _innermost(page: _Page, at: int) -> _Body | None:
    """Return the body that begins there; of regions side by side (某市某区副区长) the last."""
    body = page.by_start.get(at)
    while body is not None and body.mention.type == "Region" and body.end in page.by_start:
        body = page.by_start[body.end]
    return body


def _title_from(page: _Page, body: _Body) -> Span | None:
    """Return the longest title at a body that begins right after it and ends where its clause may, or None."""
    best = None
    for stop in _STOPS.finditer(page.text, body.end, min(body.end + _LONGEST_TITLE, len(page.text))):
        title = _title_of(page, body, stop.start()) if stop.start() > body.end else None
        best = title if title is not None else best
    return best
