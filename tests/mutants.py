"""A graph in which no shape and no check finds anything, and for each of them one change that it must find.

A change is a SPARQL update, or the node to rename and its new IRI. People, companies and zones are invented.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
from golden import parse
from sample_graph import Page, Row, page

from kg.check.dataset import Dataset, open_dataset
from kg.dates import find_dates
from kg.model import Qualifier
from kg.money import find_amounts
from kg.quantities import find_quantities
from kg.resolve import resolve
from kg.schema import TEXT, Schema
from kg.store import open_store

BASE = "https://kg.example.org"
PREFIXES = f"""
PREFIX kg: <{BASE}/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX nif: <http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#>
PREFIX schema: <https://schema.org/>
"""
Mutant = str | tuple[str, str]

_FIRST = (
    "[海岚银行|Organization/financial_institution]向[沐禾电驱有限公司|Organization/company]授信5300万元。"
    "[海岚银行|Organization/financial_institution]拟向[沐禾电驱有限公司|Organization/company]放贷超6亿元。"
    "[福建省|Region/province][宁德市|Region/prefecture][蕉城区|Region/county]有[沐禾电驱有限公司|Organization/company]。"
    "[沐禾电驱有限公司|Organization/company]董事长[林知远|Person/executive]、总工程师[许澄怀|Person/expert]说。"
    "[海岚银行|Organization/financial_institution]持有[沐禾电驱有限公司|Organization/company]51%的股份。"
    "2024年[宁德市|Region/prefecture]产值380亿元，发展[电机产业|Industry]企业30家。"
)
_SECOND = (
    "[福州市|Region/prefecture]的[海西工业园|Region/development_zone]与[闽东沿海|Region/informal]。"
    "[沐禾电驱有限公司|Organization/company]生产[云禾牌水泵|Product]，参加[电机博览会|Event]，参与[电机焕新工程|Program/project]。"
    "[云溪投资有限公司|Organization/company]到会。"
)
_BANK, _FIRM = "海岚银行", "沐禾电驱有限公司"


def _pages() -> list[Page]:
    def said(name: str, words: str) -> Qualifier:
        found = {"amount": find_amounts, "date": lambda text: find_dates(text, "2025-06-10")}.get(name, find_quantities)
        (one,) = found(words)
        return Qualifier(name, words, one.normal)

    def row(subject: str, predicate: str, object_: str, *said: Qualifier, planned: bool = False) -> Row:
        return subject, predicate, object_, said, "planned" if planned else "done", "affirmed"

    first = (
        row(_BANK, "grantsCredit", _FIRM, said("amount", "5300万元")),
        row(_BANK, "lendsTo", _FIRM, said("amount", "超6亿元"), said("date", "今年"), planned=True),
        row("蕉城区", "partOf", "宁德市"),
        row(_FIRM, "locatedIn", "蕉城区"),
        row("林知远", "holdsPosition", _FIRM, Qualifier("title", "董事长")),
        row("许澄怀", "holdsPosition", _FIRM, Qualifier("title", "总工程师")),
        row(_BANK, "holdsShareOf", _FIRM, said("share", "51%")),
        row(
            "宁德市",
            "statistic",
            "380亿元",
            Qualifier("indicator", "产值"),
            said("value", "380亿元"),
            said("date", "2024年"),
        ),
        row("宁德市", "developsIndustry", "电机产业", said("count", "30家")),
    )
    second = (
        row(_FIRM, "produces", "云禾牌水泵"),
        row(_FIRM, "participatesIn", "电机博览会"),
        row(_FIRM, "participatesIn", "电机焕新工程"),
    )
    codes = {"福建省": "350000", "宁德市": "350900", "蕉城区": "350902", "福州市": "350100"}
    return [
        _coded(page("甲/第1页.txt", *parse(_FIRST), first, "沐禾电驱获授信"), codes),
        _coded(page("甲/第2页.txt", *parse(_SECOND), second, "电机博览会开幕"), codes),
    ]


def _coded(one: Page, codes: dict[str, str]) -> Page:
    document, (reading,) = one
    return document, [
        replace(reading, groups=tuple(replace(group, adcode=codes.get(group.name)) for group in reading.groups))
    ]


def clean_store(path: Path) -> Path:
    """Write the store of the graph in which nothing is found."""
    pages = _pages()
    with open_store(path, write=True) as store:
        for document, readings in pages:
            store.write(document, readings)
        store.replace_links(resolve(store.readings()))
        store.write_meta({"version": "1", "pipeline": "[]", "schema": "0"})
    return path


def clean_dataset(path: Path, schema: Schema) -> Dataset:
    return open_dataset(clean_store(path), schema)


def mutate(dataset: Dataset, mutant: Mutant) -> Dataset:
    """Return a copy of the data set with one change; it must change something."""
    quads = list(dataset.quads)
    copy = ox.Store()
    if isinstance(mutant, str):
        copy.bulk_extend(quads)
        copy.update(f"{PREFIXES} {mutant}")
    else:
        where, new = mutant
        (row,) = list(dataset.quads.query(f"{PREFIXES} SELECT DISTINCT ?old {{ {where} }} ORDER BY ?old LIMIT 1"))
        old, name = row["old"], ox.NamedNode(f"{BASE}/{new}")

        def renamed(term):
            return name if term == old else term

        for quad in quads:
            copy.add(ox.Quad(renamed(quad.subject), quad.predicate, renamed(quad.object), renamed(quad.graph_name)))
    assert set(copy) != set(quads), mutant
    return Dataset(copy, dataset.iris, dataset.triples)


def change(where: str, *, insert: str = "", delete: str = "") -> str:
    return f"DELETE {{ {delete} }} INSERT {{ {insert} }} WHERE {{ {where} }}"


def named(variable: str, name: str) -> str:
    return f'{variable} skos:prefLabel "{name}"@zh . '


def at(predicate: str, *, insert: str = "", delete: str = "", also: str = "") -> str:
    """Return a change at the facts ?f of a predicate, their ends ?s and ?o, evidence ?e, ?article and ?document."""
    where = (
        f"{also} ?f rdf:predicate kg:{predicate} ; rdf:subject ?s ; rdf:object ?o ; kg:evidence ?e ."
        " ?e nif:referenceContext ?article . ?article schema:isPartOf ?document ."
    )
    return change(where, insert=insert, delete=delete)


def put(predicate: str, node: str, property_: str, value: str = "") -> str:
    """Return a change of a property's value, or its loss, at a node (?f, ?e, ?article, ?sum) of such facts."""
    also = f"{node} {property_} ?was ." + (" ?f kg:amount ?sum ." if node == "?sum" else "")
    insert = f"{node} {property_} {value}" if value else ""
    return at(predicate, insert=insert, delete=f"{node} {property_} ?was", also=also)


def zone(insert: str = "", *, subtype: str | None = None, also: str = "") -> str:
    """Return a change of a region that has no code."""
    where = named("?z", "海西工业园") + also
    if subtype is None:
        return change(where, insert=f"?z {insert}")
    kept = f"; {insert}" if insert else ""
    return change(where, insert=f"?z a kg:Region_{subtype} {kept}", delete="?z a kg:Region_development_zone")


def firm(insert: str, *, delete: str = "", also: str = "") -> str:
    return change(f"{named('?c', _FIRM)} ?c skos:prefLabel ?name . {also}", insert=insert, delete=delete)


def class_c(insert: str) -> str:
    """Return a change of section C of GB/T 4754."""
    return change('?c skos:notation "C"', insert=insert)


def fact(digit: str, subject: str, predicate: str, object_: str, rest: str = "", *, more: str = "") -> str:
    """Return the update that adds a whole fact, done, with the words of another one, and its direct triple.

    ``subject`` and ``object_`` are names of entities, or literals; ``rest`` goes on about the fact, ``more`` is said
    beside it.
    """
    node = f"<{BASE}/id/fact/{digit * 16}>"
    where, ends = "", []
    for variable, end in (("?s", subject), ("?o", object_)):
        where += named(variable, end) if not end.startswith('"') else ""
        ends.append(variable if not end.startswith('"') else end)
    insert = f"""
      {node} a kg:Fact ; rdfs:label "新的事实"@zh ; rdf:subject {ends[0]} ; rdf:predicate kg:{predicate} ;
        rdf:object {ends[1]} ; kg:modality kg:done ; kg:polarity kg:affirmed ; kg:confidence 0.9 ; kg:documents 1 ;
        kg:reader "test" ; kg:evidence ?e ; prov:wasGeneratedBy ?run {rest} .
      {ends[0]} kg:{predicate} {ends[1]} . {more}"""
    return change(
        f"{where} ?f rdf:predicate kg:grantsCredit ; kg:evidence ?e ; prov:wasGeneratedBy ?run", insert=insert
    )


def quantity(digit: str, name: str, value: int, words: str) -> str:
    return (
        f"<{BASE}/id/fact/{digit * 16}_{name}> a schema:MonetaryAmount ; schema:value {value} ; kg:bound kg:exact ;"
        f' schema:currency "CNY" ; schema:description "{words}"@zh .'
    )


SHAPES: dict[str, Mutant] = {
    "Entity-prefLabel": firm('?c skos:prefLabel "别名"@zh ; rdfs:label "别名"@zh'),
    "Entity-label": firm('?c rdfs:label "别名"@zh'),
    "Entity-altLabel": firm("?c skos:altLabel ?name"),
    "Entity-clean": firm(
        '?c skos:prefLabel "沐禾 "@zh ; rdfs:label "沐禾 "@zh', delete="?c skos:prefLabel ?name ; rdfs:label ?name"
    ),
    "Place-adcode": zone('kg:adcode "35A"'),
    "Place-one-code": zone('kg:adcode "350981", "350982"'),
    "Place-containedInPlace": zone(
        "schema:containedInPlace ?a, ?b", also=named("?a", "福州市") + named("?b", "宁德市")
    ),
    "Coded": firm('?c kg:adcode "350981"'),
    "Container": firm("?c schema:containedInPlace ?r", also=named("?r", "福州市")),
    "Classified": firm("?c kg:classifiedAs ?class", also="?class a kg:IndustryClass ."),
    "Classified-class": change(named("?i", "电机产业"), insert="?i kg:classifiedAs kg:gbt4754"),
    "IndustryClass": ('?old skos:notation "C381"', "id/gbt4754/三八一"),
    "IndustryClass-prefLabel": class_c('?c skos:prefLabel "工业"@zh'),
    "IndustryClass-notation": class_c('?c skos:notation "C0"'),
    "IndustryClass-scheme": class_c("?c skos:inScheme kg:sei2018"),
    "IndustryClass-broader": class_c("?c skos:broader kg:gbt4754"),
    "Place-province-level": zone('kg:adcode "360981"', subtype="province"),
    "Place-prefecture-level": zone('kg:adcode "360981"', subtype="prefecture"),
    "Place-county-level": zone('kg:adcode "360900"', subtype="county"),
    "Place-province-known": zone(subtype="province"),
    "Place-prefecture-known": zone(subtype="prefecture"),
    "Place-county-known": zone(subtype="county"),
    "Person-known-post": change(
        "", insert=f'<{BASE}/id/person/江晚舟> a kg:Person ; rdfs:label "江晚舟"@zh ; skos:prefLabel "江晚舟"@zh'
    ),
    # facts
    "Fact": ("?old rdf:predicate kg:partOf", "id/fact/part"),
    "Fact-label": at("partOf", insert='?f rdfs:label "另一个"@zh'),
    "Fact-subject": at("lendsTo", insert="?f rdf:subject ?p", also=named("?p", "云溪投资有限公司")),
    "Fact-predicate": at("lendsTo", insert="?f rdf:predicate kg:grantsCredit"),
    "Fact-object": at("lendsTo", insert="?f rdf:object ?p", also=named("?p", "电机产业")),
    "Fact-reflexive": at("lendsTo", insert="?f rdf:object ?s", delete="?f rdf:object ?o"),
    "Fact-modality": at("partOf", insert="?f kg:modality kg:supposed"),
    "Fact-polarity": at("partOf", insert="?f kg:polarity kg:perhaps"),
    "Fact-confidence": put("partOf", "?f", "kg:confidence", "1.5"),
    "Fact-sure": put("partOf", "?f", "kg:confidence", "0.3"),
    "Fact-documents": put("partOf", "?f", "kg:documents"),
    "Fact-evidence": at("partOf", insert="?f kg:evidence ?article"),
    "Fact-antecedent": at("partOf", insert="?f kg:antecedent ?article"),
    "Fact-reader": at("partOf", insert='?f kg:reader ""'),
    "Fact-agreed": at("partOf", insert='?f kg:agreed ""'),
    "Fact-amount": at("grantsCredit", insert="?f kg:amount ?e"),
    "Fact-countQuantity": at("developsIndustry", insert="?f kg:countQuantity ?e"),
    "Fact-shareQuantity": at("holdsShareOf", insert="?f kg:shareQuantity ?e"),
    "Fact-valueQuantity": at("statistic", insert="?f kg:valueQuantity ?e"),
    "Fact-run": at("partOf", insert="?f prov:wasGeneratedBy ?document"),
    "Fact-notBefore": at("partOf", insert='?f kg:notBefore "2025"'),
    "Fact-notAfter": at("partOf", insert='?f kg:notAfter "2025"'),
    "Fact-one-time": at("statistic", insert='?f kg:notBefore "2023-01-01"^^xsd:date'),
    "Fact-title": at("holdsPosition", insert='?f kg:title "经理"'),
    "Fact-count": at("developsIndustry", insert='?f kg:count "3"'),
    "Fact-share": at("holdsShareOf", insert='?f kg:share "约半"'),
    "Fact-indicator": at("statistic", insert='?f kg:indicator "产值"'),
    "Fact-value": at("statistic", insert='?f kg:value "3亿元"'),
    "Fact-dateText": at("statistic", insert='?f kg:dateText "今年"'),
    "With-amount-predicate": at(
        "partOf",
        insert='?sum a schema:MonetaryAmount ; schema:value 5 ; schema:description "5元"@zh . ?f kg:amount ?sum',
        also='?f rdf:predicate kg:partOf . BIND(IRI(CONCAT(STR(?f), "_amount")) AS ?sum)',
    ),
    "With-count-predicate": at("partOf", insert='?f kg:count "3家"@zh'),
    "With-date-predicate": at("partOf", insert='?f kg:dateText "今年"@zh'),
    "With-indicator-predicate": at("partOf", insert='?f kg:indicator "产值"@zh'),
    "With-share-predicate": at("partOf", insert='?f kg:share "三成"@zh'),
    "With-title-predicate": at("partOf", insert='?f kg:title "董事长"@zh'),
    "With-value-predicate": at("partOf", insert='?f kg:value "3亿元"@zh'),
    "As-Membership": at(
        "holdsPosition",
        insert=f"<{BASE}/id/post/1> a org:Membership ; rdf:predicate kg:holdsPosition ; rdf:subject ?s ;"
        ' rdf:object ?o ; org:member ?s ; org:organization ?o ; kg:title "经理"@zh',
        also=named("?s", "林知远"),
    ),
    "As-Membership-predicate": at("partOf", insert="?f a org:Membership ; org:member ?s ; org:organization ?o"),
    "As-Membership-subject": at("holdsPosition", insert="?f org:member ?o"),
    "As-Membership-object": at("holdsPosition", insert="?f org:organization ?s"),
    # amounts
    "Amount": ("?f rdf:predicate kg:grantsCredit ; kg:amount ?old", "id/fact/sum"),
    "Amount-words": put("grantsCredit", "?sum", "schema:description"),
    "Amount-value": at("grantsCredit", insert="?sum schema:value 1", also="?f kg:amount ?sum ."),
    "Amount-low": at("grantsCredit", insert="?sum schema:minValue 99999999", also="?f kg:amount ?sum ."),
    "Amount-high": at("grantsCredit", insert="?sum schema:maxValue 99999998, 99999999", also="?f kg:amount ?sum ."),
    "Amount-order": at("grantsCredit", insert="?sum schema:maxValue 1", also="?f kg:amount ?sum ."),
    "Amount-bound": put("grantsCredit", "?sum", "kg:bound", "kg:done"),
    "Amount-fact": change("", insert=quantity("0", "amount", 5, "5元")),
    "Amount-known": put("grantsCredit", "?sum", "schema:value"),
    "Amount-positive": put("grantsCredit", "?sum", "schema:value", "0"),
    "Money-currency": put("grantsCredit", "?sum", "schema:currency", '"元"'),
    "Quantity-unit": at("developsIndustry", insert='?n schema:unitText "户"@zh', also="?f kg:countQuantity ?n ."),
    "Quantity-known": at(
        "developsIndustry",
        delete="?n schema:unitText ?unit",
        also="?f kg:countQuantity ?n . ?n schema:unitText ?unit .",
    ),
    # evidence and what it stands in
    "Evidence": ("?f rdf:predicate kg:partOf ; kg:evidence ?old", "id/evidence/first"),
    "Evidence-quote": put("statistic", "?e", "nif:anchorOf"),
    "Evidence-begin": put("statistic", "?e", "nif:beginIndex"),
    "Evidence-end": put("statistic", "?e", "nif:endIndex"),
    "Evidence-order": put("statistic", "?e", "nif:endIndex", "0"),
    "Evidence-article": at("partOf", insert="?e nif:referenceContext ?document ; prov:wasQuotedFrom ?document"),
    "Evidence-quoted": at("partOf", insert="?e prov:wasQuotedFrom ?document"),
    "Evidence-line": at("partOf", insert="?e kg:line 0"),
    "Evidence-column": at("partOf", insert="?e kg:column 0"),
    "Evidence-raw": at("partOf", insert='?e kg:rawText "字样"@zh'),
    "Evidence-used": at("partOf", insert=f"<{BASE}/id/evidence/0_1_0_5> ?says ?what", also="?e ?says ?what ."),
    "Document": ("?x schema:isPartOf ?old", "id/document/a%20b"),
    "Document-path": at("partOf", insert='?document kg:path "乙.txt"'),
    "Document-label": at("partOf", delete="?document rdfs:label ?was", also="?document rdfs:label ?was ."),
    "Article": ("?old schema:isPartOf ?x", "id/article/one"),
    "Article-document": at(
        "partOf", delete="?document a kg:Document . ?run prov:used ?document", also="?run prov:used ?document ."
    ),
    "Article-derived": at("partOf", insert="?article prov:wasDerivedFrom ?article"),
    "Article-position": at("partOf", insert="?article schema:position 7"),
    "Article-headline": at("partOf", insert='?article schema:headline "又一个标题"@zh'),
    "Article-publication": at("partOf", insert='?article kg:publication "另一份报"@zh'),
    "Article-date": at("partOf", insert='?article schema:datePublished "2025-06-11"^^xsd:date'),
    "Article-day": put("partOf", "?article", "schema:datePublished", '"昨天"'),
    "Article-titled": put("partOf", "?article", "schema:headline"),
    "Article-dated": put("partOf", "?article", "schema:datePublished"),
    "Run": ("?old a kg:Run", "id/run/first"),
    "Run-software": change("?run prov:wasAssociatedWith ?was", delete="?run prov:wasAssociatedWith ?was"),
    "Run-used": at("partOf", insert="?run prov:used ?article", also="?run a kg:Run ."),
}

CHECKS: dict[str, Mutant] = {
    "direct-triple-without-fact": at("grantsCredit", insert="?s kg:supplies ?o"),
    "planned-fact-with-direct-triple": at("lendsTo", insert="?s kg:lendsTo ?o"),
    "done-fact-without-direct-triple": at("locatedIn", delete="?s kg:locatedIn ?o"),
    "fact-signature": at(
        "lendsTo", insert="?f rdf:object ?p", delete="?f rdf:object ?o", also=named("?p", "电机博览会")
    ),
    "claim-without-evidence": "DELETE { GRAPH ?g { ?f kg:evidence ?e } }"
    " WHERE { GRAPH ?g { ?f rdf:predicate kg:partOf ; kg:evidence ?e } }",
    "documents-miscounted": put("partOf", "?f", "kg:documents", "2"),
    "antecedent-elsewhere": at(
        "partOf", insert="?f kg:antecedent ?far", also="?other rdf:predicate kg:produces ; kg:evidence ?far ."
    ),
    "quote-not-in-article": put("produces", "?e", "nif:anchorOf", '"不在文中的字样"@zh'),
    "quote-length": at(
        "produces",
        insert='?e nif:anchorOf "短"@zh',
        delete="?article nif:isString ?text . ?e nif:anchorOf ?quote",
        also="?article nif:isString ?text . ?e nif:anchorOf ?quote .",
    ),
    "dates-reversed": put("statistic", "?f", "kg:notAfter", '"2023-12-31"^^xsd:date'),
    "adcode-shared": zone('kg:adcode "350902"'),
    "container-of-another-code": zone(
        'kg:adcode "360102" ; schema:containedInPlace ?a', also=named("?a", "宁德市")
    ),
    "circular-container": zone("schema:containedInPlace ?z"),
    "circular-part-of": ";".join(
        [fact("a", "海西工业园", "partOf", "闽东沿海"), fact("b", "闽东沿海", "partOf", "海西工业园")]
    ),
    "part-of-another-code": fact("a", "蕉城区", "partOf", "福州市"),
    "part-exceeds-whole": fact(
        "a", "蕉城区", "statistic", '"400亿元"@zh',
        f'''; kg:indicator "产值"@zh ; kg:value "400亿元"@zh ; kg:dateText "2024年"@zh ;
        kg:notBefore "2024-01-01"^^xsd:date ;
        kg:notAfter "2024-12-31"^^xsd:date ; kg:valueQuantity <{BASE}/id/fact/{"a" * 16}_value>''',
        more=quantity("a", "value", 40_000_000_000, "400亿元"),
    ),
    "two-holders-of-a-post": fact("a", "许澄怀", "holdsPosition", _FIRM, '; kg:title "董事长"@zh'),
    "shares-exceed-whole": fact("a", "云溪投资有限公司", "holdsShareOf", _FIRM, '; kg:share "60%"@zh'),
    "done-in-the-future": at(
        "statistic",
        insert='?f kg:notBefore "2030-01-01"^^xsd:date ; kg:notAfter "2030-12-31"^^xsd:date',
        delete="?f kg:notBefore ?from ; kg:notAfter ?to",
        also="?f kg:notBefore ?from ; kg:notAfter ?to .",
    ),
    "post-without-title": put("holdsPosition", "?f", "kg:title"),
    "figure-without-indicator": put("statistic", "?f", "kg:indicator"),
    "credit-without-amount": at(
        "grantsCredit", delete="?f kg:amount ?sum . ?sum ?p ?v", also="?f kg:amount ?sum . ?sum ?p ?v ."
    ),
    "unknown-term": firm('?c kg:foundedIn "2005"'),
}  # fmt: skip


def of_the_schema(schema: Schema) -> dict[str, Mutant]:
    """Return a mutant for each shape that the types and predicates of a schema make."""
    made: dict[str, Mutant] = {}
    example = {"Organization": _FIRM, "Person": "林知远", "Region": "海西工业园", "Program": "电机焕新工程",
               "Industry": "电机产业", "Product": "云禾牌水泵", "Event": "电机博览会"}  # fmt: skip
    for type_, kind in schema.types.items():
        made[type_] = (f"?old a kg:{type_}", "id/wrong/one")
        where = f"{named('?x', example[type_])} OPTIONAL {{ ?x a ?sub . FILTER(?sub != kg:{type_}) }}"
        made[f"{type_}-class"] = change(where, insert="?x a schema:Thing", delete="?x a ?sub")
        if len(kind.subtypes) > 1:
            *_, last = kind.subtypes
            made[f"{type_}-subtype"] = change(where, insert=f"?x a kg:{type_}_{last}")
    second = {"Organization": "云溪投资有限公司", "Person": "许澄怀", "Region": "闽东沿海"}
    needs = {
        "holdsPosition": '; kg:title "工程师"@zh',
        "statistic": '; kg:indicator "税收"@zh ; kg:value "3亿元"@zh',
        **dict.fromkeys(("grantsCredit", "lendsTo"), f"; kg:amount <{BASE}/id/fact/{'c' * 16}_amount>"),
    }
    for name, predicate in schema.predicates.items():
        subject = next(example[type_] for type_ in schema.types if type_ in predicate.domain)
        other = next(example[type_] for type_ in schema.types if type_ not in predicate.domain)
        ends = [second.get(type_) or end for type_, end in example.items() if type_ in predicate.range]
        right = next((end for end in ends if end not in (subject, other)), '"字样"@zh')
        wrong = example["Event"] if predicate.range == {TEXT} else '"字样"@zh'
        more = quantity("c", "amount", 5, "5元") if "amount" in needs.get(name, "") else ""
        made[name] = fact("c", other, name, right, needs.get(name, ""), more=more)
        made[f"{name}-object"] = fact("c", subject, name, wrong, needs.get(name, ""), more=more)
    return made
