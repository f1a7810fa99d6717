"""SHACL Core shapes of what the RDF export writes, generated from the schema.

A violation says that the export's contract is broken, a warning that an editor should look, an info that something is
not known. Every shape and every property shape has a name under ``BASE/shapes#``, so that a result can cite it. What
takes more than one node's own triples to see is left to the queries in schemas/checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.export.iris import DEFAULT_BASE, INDUSTRY_SCHEMES, Iris, make_iris
from kg.export.shape_turtle import NodeShape, PropertyShape, any_of, listed, pattern, quoted, term, turtle
from kg.export.terms import CONCEPTS, VOCABULARIES, standard, subtype_class
from kg.schema import QUALIFIERS, TEXT, EntityType, Predicate, Schema

_PREFIXES = ("rdf", "rdfs", "xsd", "skos", "prov", "nif", "schema")
_ONE = ("sh:minCount 1", "sh:maxCount 1")
_WORDS = ("sh:datatype rdf:langString", "sh:minLength 1")
_NUMBER = ('sh:pattern "^-?[0-9]+([.][0-9]+)?$"', "sh:maxInclusive 1000000000000000000")
"""Whole or decimal, as it is compared; what is no number is not below the bound. sh:or of datatypes takes long."""

_DAY = "sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:gYear ] )"
_QUALIFIER_TERMS = {name: name for name in QUALIFIERS} | {"date": "dateText"}
_SEGMENT = r'[^/?#%\s<>"{}|\\^`]+'
"""The last part of an IRI, as it is written: never percent-encoded."""

_LEVELS = {"province": r"^[1-9]\d0000$", "prefecture": r"^[1-9]\d{3}00$", "county": r"^[1-9]\d{3}(0[1-9]|[1-9]\d)$"}
"""Digits of GB/T 2260: two for the province, two for the prefecture, two for the county; 00 where a level ends."""


def write_shapes(schema: Schema, base: str = DEFAULT_BASE) -> str:
    """Return the shapes as Turtle, for graphs whose IRIs lie under ``base``; raises ConfigError for a bad base."""
    iris = make_iris(base)
    names = {**{name: VOCABULARIES[name] for name in _PREFIXES}, "sh": "http://www.w3.org/ns/shacl#"}
    names |= {"kg": iris.ontology, "shape": shapes_namespace(base)}
    lines = [f"@prefix {name}: <{namespace}> ." for name, namespace in names.items()]
    return "\n".join([*lines, "", *(turtle(shape) for shape in _shapes(schema, iris))]).rstrip("\n") + "\n"


def shapes_namespace(base: str = DEFAULT_BASE) -> str:
    """Return what the names of shapes begin with."""
    return f"{make_iris(base).base}/shapes#"


def _shapes(schema: Schema, iris: Iris) -> Iterator[NodeShape]:
    if schema.types:
        yield _entity(schema)
    for kind in schema.types.values():
        yield _type(kind, iris)
    if "Region" in schema.types:
        yield from _regions(schema.types["Region"])
    if "Industry" in schema.types:
        yield from _industries(iris)
    if {"Person"} <= schema.types.keys() and "holdsPosition" in schema.predicates:
        yield NodeShape(
            "Person-known", "sh:targetClass kg:Person", (), "人物", "a person",
            (PropertyShape("post", "kg:holdsPosition", ("sh:minCount 1",),
                           "人物没有任职信息", "no post of this person is known", "info"),),
        )  # fmt: skip
    yield _fact(schema, iris)
    for qualifier in QUALIFIERS:
        takers = [name for name, predicate in schema.predicates.items() if qualifier in predicate.qualifiers]
        if takers:
            yield _qualifier(qualifier, takers)
    yield from _memberships(schema)
    yield from _amounts(iris)
    yield _evidence(iris)
    yield from _sources(iris)
    for predicate in schema.predicates.values():
        yield _predicate(predicate)


# --- entities -------------------------------------------------------------------------------------------------------


def _entity(schema: Schema) -> NodeShape:
    return NodeShape(
        "Entity", _target(schema.types), (), "实体", "an entity",
        (
            PropertyShape("prefLabel", "skos:prefLabel", (*_ONE, *_WORDS),
                          "实体必须有且只有一个首选名称", "an entity has one preferred name, in a language"),
            PropertyShape("label", "rdfs:label", ("sh:equals skos:prefLabel",),
                          "rdfs:label 必须与首选名称相同", "the label is not the preferred name"),
            PropertyShape("altLabel", "skos:altLabel", (*_WORDS, "sh:disjoint skos:prefLabel"),
                          "其他名称不得与首选名称相同", "another name must differ from the preferred one"),
            PropertyShape("clean", "skos:prefLabel", (pattern(r"^\S(.*\S)?$"),),
                          "名称首尾有空白或含换行", "the name begins or ends with white space, or holds a line break",
                          "warning"),
        ),
    )  # fmt: skip


def _type(kind: EntityType, iris: Iris) -> NodeShape:
    classes = [term(kind.name), *(term(subtype_class(kind.name, subtype)) for subtype in kind.subtypes)]
    one = PropertyShape("subtype", "rdf:type", ("sh:maxCount 2",),
                        f"{kind.zh}至多有一个子类", f"this {kind.en} has more than one subtype")  # fmt: skip
    return NodeShape(
        kind.name, f"sh:targetClass {term(kind.name)}",
        ("sh:nodeKind sh:IRI", pattern(f"^{quoted(iris.namespace(kind.name))}{_SEGMENT}$")),
        f"{kind.zh}的 IRI 不合规则", f"the IRI of this {kind.en} is not as it should be",
        (
            PropertyShape("class", "rdf:type", (f"sh:in {listed(classes)}",),
                          f"{kind.zh}只能属于{kind.zh}及其子类", f"this {kind.en} is of a class that it cannot have"),
            *([one] if len(kind.subtypes) > 1 else []),
        ),
    )  # fmt: skip


def _regions(region: EntityType) -> Iterator[NodeShape]:
    yield NodeShape(
        "Place", "sh:targetClass kg:Region", (), "地区", "a region",
        (
            PropertyShape("adcode", "kg:adcode", ("sh:datatype xsd:string", pattern(r"^[1-9]\d{5}$")),
                          "行政区划代码必须是六位数字", "a GB/T 2260 code has six digits"),
            PropertyShape("one-code", "kg:adcode", ("sh:maxCount 1",),
                          "地区至多有一个行政区划代码", "a region has one code at most"),
            PropertyShape("containedInPlace", "schema:containedInPlace", ("sh:maxCount 1", "sh:class kg:Region"),
                          "上级必须是一个地区", "what a region lies in by its code is one region"),
        ),
    )  # fmt: skip
    yield NodeShape("Coded", "sh:targetSubjectsOf kg:adcode", ("sh:class kg:Region",),
                 "只有地区才有行政区划代码", "only a region has a GB/T 2260 code")  # fmt: skip
    yield NodeShape("Container", "sh:targetSubjectsOf schema:containedInPlace", ("sh:class kg:Region",),
                 "只有地区才有上级地区", "only a region lies in a region by its code")  # fmt: skip
    for level, digits in _LEVELS.items():
        if level in region.subtypes:
            zh, en = region.subtypes[level], level.replace("_", " ")
            yield NodeShape(
                f"Place-{level}", f"sh:targetClass {term(subtype_class('Region', level))}", (), zh, f"a {en}",
                (
                    PropertyShape("level", "kg:adcode", (pattern(digits),),
                                  f"代码不是{zh}的", f"the code is not one of a {en}", "warning"),
                    PropertyShape("known", "kg:adcode", ("sh:minCount 1",),
                                  f"{zh}没有行政区划代码", f"the code of this {en} is not known", "info"),
                ),
            )  # fmt: skip


def _industries(iris: Iris) -> Iterator[NodeShape]:
    yield NodeShape(
        "Classified", "sh:targetSubjectsOf kg:classifiedAs", ("sh:class kg:Industry",),
        "只有产业才有行业类别", "only an industry has a class of industries",
        (PropertyShape("class", "kg:classifiedAs", ("sh:class kg:IndustryClass",),
                       "行业类别必须是分类标准中的类别", "what an industry is classified as is a class of a scheme"),),
    )  # fmt: skip
    spaces = "|".join(quoted(iris.namespace(kind)) for kind in INDUSTRY_SCHEMES.values())
    yield NodeShape(
        "IndustryClass", "sh:targetClass kg:IndustryClass",
        ("sh:nodeKind sh:IRI", pattern(f"^({spaces})([A-T]([0-9]{{2,4}})?|[1-9](-[1-9]){{0,2}})$")),
        "行业类别的 IRI 不合规则", "the IRI of this class of industries is not as it should be",
        (
            PropertyShape("prefLabel", "skos:prefLabel", (*_ONE, *_WORDS),
                          "行业类别必须有一个名称", "a class of industries has one title"),
            PropertyShape("notation", "skos:notation", (*_ONE, "sh:datatype xsd:string", "sh:minLength 1"),
                          "行业类别必须有一个代码", "a class of industries has one code"),
            PropertyShape("scheme", "skos:inScheme",
                          (*_ONE, f"sh:in {listed(map(term, INDUSTRY_SCHEMES.values()))}"),
                          "行业类别必须属于一个分类标准", "a class of industries is in one scheme"),
            PropertyShape("broader", "skos:broader", ("sh:maxCount 1", "sh:class kg:IndustryClass"),
                          "上级类别必须是一个行业类别", "what a class of industries lies in is one class"),
        ),
    )  # fmt: skip


# --- facts ----------------------------------------------------------------------------------------------------------


def _fact(schema: Schema, iris: Iris) -> NodeShape:
    words = {
        "title": "职务",
        "count": "数量",
        "share": "份额",
        "indicator": "指标",
        "value": "指标值",
        "dateText": "日期",
    }
    return NodeShape(
        "Fact", "sh:targetClass kg:Fact",
        ("sh:nodeKind sh:IRI", pattern(f"^{quoted(iris.namespace('fact'))}[0-9a-f]{{16}}$")),
        "事实的 IRI 不合规则", "the IRI of this fact is not as it should be",
        (
            PropertyShape("label", "rdfs:label", (*_ONE, *_WORDS), "事实必须有一个标签", "a fact has one label"),
            PropertyShape("subject", "rdf:subject", (*_ONE, "sh:nodeKind sh:IRI"),
                          "事实必须有且只有一个主语", "a fact has one subject, an entity"),
            PropertyShape("predicate", "rdf:predicate", (*_ONE, f"sh:in {listed(map(term, schema.predicates))}"),
                          "事实必须有且只有一个模式中的谓词", "a fact has one predicate, one of the schema's"),
            PropertyShape("object", "rdf:object", (*_ONE, "sh:nodeKind sh:IRIOrLiteral"),
                          "事实必须有且只有一个宾语", "a fact has one object"),
            PropertyShape("reflexive", "rdf:object", ("sh:disjoint rdf:subject",),
                          "主语和宾语不得相同", "subject and object are the same"),
            PropertyShape("modality", "kg:modality", (*_ONE, _one_of("Modality")),
                          "事实必须有一个情态", "a fact has one modality: done, ongoing or planned"),
            PropertyShape("polarity", "kg:polarity", (*_ONE, _one_of("Polarity")),
                          "事实必须有肯定或否定之一", "a fact is either affirmed or denied"),
            PropertyShape("confidence", "kg:confidence", (*_ONE, "sh:minInclusive 0", "sh:maxInclusive 1"),
                          "可信度必须是 0 与 1 之间的一个数", "a fact has one confidence, between 0 and 1"),
            PropertyShape("sure", "kg:confidence", ("sh:minInclusive 0.5",),
                          "可信度低于 0.5，需人工复核", "a confidence below 0.5: look at the words", "warning"),
            PropertyShape("documents", "kg:documents", (*_ONE, "sh:datatype xsd:integer", "sh:minInclusive 1"),
                          "事实必须有文献数", "a fact says in how many documents it stands"),
            PropertyShape("evidence", "kg:evidence", ("sh:minCount 1", "sh:class kg:Evidence"),
                          "事实必须有原文依据", "a fact has evidence"),
            PropertyShape("antecedent", "kg:antecedent", ("sh:class kg:Evidence",),
                          "指代依据必须是原文依据", "what a reference stands for rests on evidence"),
            PropertyShape("reader", "kg:reader", ("sh:minCount 1", "sh:datatype xsd:string", "sh:minLength 1"),
                          "事实必须说明由何规则或模型读出", "a fact names the rule or model that read it"),
            PropertyShape("agreed", "kg:agreed", ("sh:datatype xsd:string", "sh:minLength 1"),
                          "印证事实的规则或模型必须有名称", "who agrees with a fact is a rule or model with a name"),
            PropertyShape("amount", "kg:amount",
                          ("sh:or ( [ sh:class schema:MonetaryAmount ] [ sh:class schema:QuantitativeValue ] )",),
                          "金额必须是金额或数量节点", "an amount is a sum of money or a quantity"),
            *(PropertyShape(f"{name}Quantity", f"kg:{name}Quantity", ("sh:class schema:QuantitativeValue",),
                            f"{words[name]}（数值）必须是数量节点", f"{name} as a quantity is a node with its number")
              for name in ("count", "share")),
            PropertyShape("valueQuantity", "kg:valueQuantity",
                          ("sh:or ( [ sh:class schema:MonetaryAmount ] [ sh:class schema:QuantitativeValue ] )",),
                          "指标值（数值）必须是金额或数量节点", "value as a quantity is a node with its number"),
            PropertyShape("run", "prov:wasGeneratedBy", ("sh:maxCount 1", "sh:class kg:Run"),
                          "事实由一次构建生成", "a fact is made by one run"),
            PropertyShape("notBefore", "kg:notBefore", ("sh:datatype xsd:date",),
                          "起始日期必须是日期", "the first day is no date"),
            PropertyShape("notAfter", "kg:notAfter", ("sh:datatype xsd:date",),
                          "终止日期必须是日期", "the last day is no date"),
            PropertyShape("one-time", "kg:notBefore", ("sh:maxCount 1",),
                          "事实有多个日期", "the fact is told with several dates", "warning"),
            *(PropertyShape(name, f"kg:{name}", _WORDS, f"{zh}必须是原文字样", f"{name} holds words as written")
              for name, zh in words.items()),
        ),
    )  # fmt: skip


def _qualifier(qualifier: str, takers: list[str]) -> NodeShape:
    return NodeShape(
        f"With-{qualifier}", f"sh:targetSubjectsOf kg:{_QUALIFIER_TERMS[qualifier]}", (),
        f"带有{qualifier}的事实", f"a fact with {qualifier}",
        (PropertyShape("predicate", "rdf:predicate", (f"sh:in {listed(map(term, takers))}",),
                       f"该谓词不带{qualifier}", f"facts of this predicate take no {qualifier}"),),
    )  # fmt: skip


def _memberships(schema: Schema) -> Iterator[NodeShape]:
    """Yield a shape for each standard class that fact nodes of some predicates belong to: org:Membership."""
    narys = {each.nary.class_: each.nary for each in schema.predicates.values() if each.nary is not None}
    for class_, nary in narys.items():
        of = [each for each in schema.predicates.values() if each.nary is not None and each.nary.class_ == class_]
        name = class_.replace("#", ":").replace("/", ":").rpartition(":")[2]
        yield NodeShape(
            f"As-{name}", f"sh:targetClass {standard(class_)}", ("sh:class kg:Fact",),
            f"{name} 必须是事实", f"a {name} is a fact",
            (
                PropertyShape("predicate", "rdf:predicate", (f"sh:in {listed(term(each.name) for each in of)}",),
                              f"该谓词的事实不是 {name}", f"facts of this predicate are no {name}"),
                PropertyShape("subject", f"{standard(nary.subject)}", (*_ONE, "sh:equals rdf:subject"),
                              f"{name} 的一端必须是事实的主语", f"{nary.subject} is the subject of the fact"),
                PropertyShape("object", f"{standard(nary.object)}", (*_ONE, "sh:equals rdf:object"),
                              f"{name} 的一端必须是事实的宾语", f"{nary.object} is the object of the fact"),
            ),
        )  # fmt: skip


def _predicate(predicate: Predicate) -> NodeShape:
    domain, range_ = sorted(predicate.domain), sorted(predicate.range - {TEXT})
    kinds, takes = [f"[ sh:class {term(name)} ]" for name in range_], [*range_]
    if TEXT in predicate.range:
        kinds.append("[ sh:datatype rdf:langString ]")
        takes.append("a text")
    return NodeShape(
        predicate.name, f"sh:targetSubjectsOf {term(predicate.name)}",
        (any_of(f"[ sh:class {term(name)} ]" for name in domain),),
        f"“{predicate.zh}”的主语类型不对", f"the subject of {predicate.name} must be {_either(domain)}",
        (PropertyShape("object", term(predicate.name), (any_of(kinds),),
                       f"“{predicate.zh}”的宾语类型不对", f"the object of {predicate.name} must be {_either(takes)}"),),
    )  # fmt: skip


def _amounts(iris: Iris) -> Iterator[NodeShape]:
    fact = quoted(iris.namespace("fact"))
    properties = ("amount", "countQuantity", "shareQuantity", "valueQuantity")
    of = f"[ sh:alternativePath ( {' '.join(f'[ sh:inversePath kg:{name} ]' for name in properties)} ) ]"
    yield NodeShape(
        "Amount", "sh:targetClass schema:MonetaryAmount , schema:QuantitativeValue",
        ("sh:nodeKind sh:IRI", pattern(f"^{fact}[0-9a-f]{{16}}_(amount|count|share|value)([1-9][0-9]*)?$")),
        "金额的 IRI 不合规则", "the IRI of this amount is not as it should be",
        (
            PropertyShape("words", "schema:description", (*_ONE, *_WORDS),
                          "金额必须保留原文字样", "an amount keeps the words as written"),
            PropertyShape("value", "schema:value", ("sh:maxCount 1", *_NUMBER),
                          "金额数值必须是一个数", "the value of an amount is one number"),
            PropertyShape("low", "schema:minValue",
                          ("sh:maxCount 1", *_NUMBER, "sh:lessThanOrEquals schema:value"),
                          "下限必须是不大于数值的一个数", "the lower bound is one number, not above the value"),
            PropertyShape("high", "schema:maxValue", ("sh:maxCount 1", *_NUMBER),
                          "上限必须是一个数", "the upper bound is one number"),
            PropertyShape("order", "schema:value", ("sh:lessThanOrEquals schema:maxValue",),
                          "数值大于上限", "the value is above the upper bound"),
            PropertyShape("bound", "kg:bound", ("sh:maxCount 1", _one_of("Bound")),
                          "数额界限不在列表中", "the bound is exact, above, below or about"),
            PropertyShape("fact", of, (*_ONE,),
                          "金额必须属于一个事实", "an amount belongs to one fact"),
            PropertyShape("known", "schema:value", ("sh:minCount 1",),
                          "金额的数值未知", "the value of this amount is not known", "warning"),
            PropertyShape("positive", "schema:value", ("sh:minExclusive 0",),
                          "金额不大于零", "an amount that is not above zero", "warning"),
        ),
    )  # fmt: skip
    yield NodeShape(
        "Money", "sh:targetClass schema:MonetaryAmount", (), "金额", "a sum of money",
        (PropertyShape("currency", "schema:currency",
                       ("sh:maxCount 1", "sh:datatype xsd:string", pattern("^[A-Z]{3}$")),
                       "币种必须是 ISO 4217 代码", "a currency is a code of ISO 4217"),),
    )  # fmt: skip
    yield NodeShape(
        "Quantity", "sh:targetClass schema:QuantitativeValue", (), "数量", "a quantity",
        (
            PropertyShape("unit", "schema:unitText", ("sh:maxCount 1", *_WORDS),
                          "数量至多有一个单位", "a quantity has one unit at most, in words"),
            PropertyShape("known", "schema:unitText", ("sh:minCount 1",),
                          "数量的单位未知", "the unit of this quantity is not known", "info"),
        ),
    )  # fmt: skip


# --- evidence and what it stands in ---------------------------------------------------------------------------------


def _evidence(iris: Iris) -> NodeShape:
    offset = (*_ONE, "sh:minInclusive 0", pattern("^[0-9]+$"))
    used = "[ sh:alternativePath ( [ sh:inversePath kg:evidence ] [ sh:inversePath kg:antecedent ] ) ]"
    counted = ("sh:maxCount 1", "sh:datatype xsd:integer", "sh:minInclusive 1")
    return NodeShape(
        "Evidence", "sh:targetClass kg:Evidence",
        ("sh:nodeKind sh:IRI", pattern(f"^{quoted(iris.namespace('evidence'))}.+_[0-9]+_[0-9]+_[0-9]+$")),
        "依据的 IRI 不合规则", "the IRI of this evidence is not as it should be",
        (
            PropertyShape("quote", "nif:anchorOf", (*_ONE, *_WORDS),
                          "依据必须引用原文", "evidence quotes words, once"),
            PropertyShape("begin", "nif:beginIndex", offset,
                          "依据必须有起点", "evidence says where its words begin"),
            PropertyShape("end", "nif:endIndex", offset,
                          "依据必须有终点", "evidence says where its words end"),
            PropertyShape("order", "nif:beginIndex", ("sh:lessThan nif:endIndex",),
                          "起点必须在终点之前", "the words end before they begin"),
            PropertyShape("article", "nif:referenceContext", (*_ONE, "sh:class kg:Article"),
                          "依据必须属于一篇文章", "evidence stands in one article"),
            PropertyShape("quoted", "prov:wasQuotedFrom", ("sh:equals nif:referenceContext",),
                          "依据必须引自所属文章", "evidence is quoted from the article that it stands in"),
            PropertyShape("line", "kg:line", counted, "行号必须从一起", "a line is counted from 1"),
            PropertyShape("column", "kg:column", counted, "列号必须从一起", "a column is counted from 1"),
            PropertyShape("raw", "kg:rawText", ("sh:maxCount 1", *_WORDS),
                          "原始字样必须是一段文字", "the words of the file are one text"),
            PropertyShape("used", used, ("sh:minCount 1",),
                          "没有事实以此为依据", "no fact rests on this evidence", "info"),
        ),
    )  # fmt: skip


def _sources(iris: Iris) -> Iterator[NodeShape]:
    yield NodeShape(
        "Document", "sh:targetClass kg:Document",
        ("sh:nodeKind sh:IRI", pattern(f"^{quoted(iris.namespace('document'))}{_SEGMENT}$")),
        "文件的 IRI 不合规则", "the IRI of this document is not as it should be",
        (
            PropertyShape("path", "kg:path", (*_ONE, "sh:datatype xsd:string", "sh:minLength 1"),
                          "文件必须有路径", "a document has one path"),
            PropertyShape("label", "rdfs:label", ("sh:minCount 1",), "文件必须有标签", "a document has a label"),
        ),
    )  # fmt: skip
    yield NodeShape(
        "Article", "sh:targetClass kg:Article",
        ("sh:nodeKind sh:IRI", pattern(f"^{quoted(iris.namespace('article'))}.+_[0-9]+$")),
        "文章的 IRI 不合规则", "the IRI of this article is not as it should be",
        (
            PropertyShape("document", "schema:isPartOf", (*_ONE, "sh:class kg:Document"),
                          "文章必须属于一个文件", "an article stands in one document"),
            PropertyShape("derived", "prov:wasDerivedFrom", ("sh:equals schema:isPartOf",),
                          "文章必须来自所属文件", "an article is derived from the document that it stands in"),
            PropertyShape("position", "schema:position", (*_ONE, "sh:datatype xsd:integer", "sh:minInclusive 1"),
                          "文章必须有序号", "an article has one number, from 1"),
            PropertyShape("headline", "schema:headline", ("sh:maxCount 1",),
                          "文章至多有一个标题", "an article has one headline at most"),
            PropertyShape("publication", "kg:publication", ("sh:maxCount 1",),
                          "文章至多有一个报刊", "an article is of one publication at most"),
            PropertyShape("date", "schema:datePublished", ("sh:maxCount 1",),
                          "文章至多有一个日期", "an article has one date at most"),
            PropertyShape("day", "schema:datePublished", (_DAY,),
                          "发表日期不是日期", "the date of this article is no date", "warning"),
            PropertyShape("titled", "schema:headline", ("sh:minCount 1",),
                          "文章没有标题", "the headline of this article is not known", "info"),
            PropertyShape("dated", "schema:datePublished", ("sh:minCount 1",),
                          "文章没有发表日期", "the date of this article is not known", "info"),
        ),
    )  # fmt: skip

    yield NodeShape(
        "Run", "sh:targetClass kg:Run",
        ("sh:nodeKind sh:IRI", pattern(f"^{quoted(iris.namespace('run'))}[0-9a-f]{{12}}$")),
        "构建的 IRI 不合规则", "the IRI of this run is not as it should be",
        (
            PropertyShape("software", "prov:wasAssociatedWith", ("sh:minCount 1", "sh:class prov:SoftwareAgent"),
                          "构建必须说明所用软件", "a run names its software"),
            PropertyShape("used", "prov:used", ("sh:class kg:Document",),
                          "构建使用的必须是文件", "a run used documents"),
        ),
    )  # fmt: skip


def _one_of(kind: str) -> str:
    """Return the constraint that a value is on a code list."""
    return f"sh:in {listed(term(concept.name) for concept in CONCEPTS if concept.kind == kind)}"


def _target(types: Iterable[str]) -> str:
    return f"sh:targetClass {' , '.join(map(term, types))}"


def _either(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0] if names else "nothing"
