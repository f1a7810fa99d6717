"""Models of other toolkits, trained here in seconds on invented sentences, so that adapters are tested with real ones.

They know the few names of these sentences and little else: what they are good for is offsets, labels and loading.
"""

import itertools
import json
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import rjieba
from golden import parse

PEOPLE = ("林知远", "陈望舒", "苏晚舟", "欧阳若溪", "何北川", "周以宁")
PLACES = ("福建省", "宁德市", "蕉城区", "泉州市", "晋江市", "福安市")
FIRMS = ("海岚银行", "云织鞋服有限公司", "沐禾电驱科技有限公司", "蓝屿集团", "青禾食品公司", "北辰研究院")
TEMPLATES = (
    "{firm}董事长{person}来到{place}调研。",
    "{place}引进{firm}，总投资5亿元。",
    "记者从{place}获悉，{firm}向{firm2}授信3亿元。",
    "{person}表示，{firm}将在{place}建厂。",
    "位于{place}的{firm}昨日开工，{person}出席。",
    "去年以来，产业规模不断扩大，企业越来越多。",
)


PARSES = (
    (
        "{firm}/nsubj/授信 向/case/{firm2} {firm2}/nmod:prep/授信 授信/root/0 {sum}/range/授信 。/punct/授信",
        "授信: ARG0 {firm}; ARG2 向 {firm2}; ARG1 {sum}",
    ),
    (
        "{firm}/nsubj/授信 向/case/{firm2} 位于/acl/{firm2} {place}/dobj/位于 的/mark/位于 {firm2}/nmod:prep/授信 "
        "授信/root/0 {sum}/range/授信 。/punct/授信",
        "位于: ARG1 {place}; ARG0 {firm2}|授信: ARG0 {firm}; ARG2 向 位于 {place} 的 {firm2}; ARG1 {sum}",
    ),
    (
        "{firm}/nsubj/收购 近日/nmod:tmod/收购 收购/root/0 {firm2}/dobj/收购 。/punct/收购",
        "收购: ARG0 {firm}; ARGM-TMP 近日; ARG1 {firm2}",
    ),
    (
        "{firm2}/nsubjpass/收购 被/auxpass/收购 {firm}/nsubj/收购 收购/root/0 。/punct/收购",
        "收购: ARG1 {firm2}; ARG0 {firm}",
    ),
    (
        "位于/acl/{firm} {place}/dobj/位于 的/mark/位于 {firm}/nsubj/开工 昨日/nmod:tmod/开工 开工/root/0 "
        "，/punct/出席 {person}/nsubj/出席 出席/conj/开工 。/punct/开工",
        "位于: ARG1 {place}; ARG0 {firm}|开工: ARG0 {firm}; ARGM-TMP 昨日|出席: ARG0 {person}",
    ),
    (
        "{firm}/nsubj/签约 与/case/{firm2} {firm2}/nmod:prep/签约 签约/root/0 ，/punct/投资 总/advmod/投资 "
        "投资/conj/签约 {sum}/range/投资 。/punct/签约",
        "签约: ARG0 {firm}; ARG2 与 {firm2}|投资: ARG1 {sum}",
    ),
)
"""Parsed sentences with places for names: word/label/head, the head by its word, and the roles of each verb."""

SUMS = ("5300万元", "3亿元", "5亿元")


class Parsed(NamedTuple):
    """A sentence's words, the head of each (counted from 1, 0 the root) with the label, and the roles of its verbs:
    (verb, first word, last word, label), counted from 0."""

    words: list[str]
    heads: list[tuple[int, str]]
    roles: list[tuple[int, int, int, str]]


def parsed_sentences() -> list[Parsed]:
    """Return invented sentences with their parses."""
    rows = []
    for number, ((tree, roles), shift) in enumerate(itertools.product(PARSES, range(6))):
        names = {
            "person": PEOPLE[(number + shift) % 6],
            "place": PLACES[(number * 2 + shift) % 6],
            "firm": FIRMS[(number + 2 * shift) % 6],
            "firm2": FIRMS[(number + 2 * shift + 1) % 6],
            "sum": SUMS[(number + shift) % 3],
        }
        tokens = [token.rsplit("/", 2) for token in tree.format(**names).split()]
        words = [word for word, _, _ in tokens]
        heads = [(words.index(head) + 1 if head != "0" else 0, label) for _, label, head in tokens]
        spans = []
        for verb, _, given in (one.partition(": ") for one in roles.format(**names).split("|")):
            for label, *said in (role.split() for role in given.split("; ")):
                first = next(at for at in range(len(words)) if words[at : at + len(said)] == said)
                spans.append((words.index(verb), first, first + len(said) - 1, label))
        rows.append(Parsed(words, heads, spans))
    return rows


def marked_sentences(person: str, organization: str, region: str) -> list[str]:
    """Return sentences in golden form, their names marked with the labels given."""
    rows = []
    for number, (template, shift) in enumerate(itertools.product(TEMPLATES, range(6))):
        rows.append(
            template.format(
                person=f"[{PEOPLE[(number + shift) % 6]}|{person}]",
                place=f"[{PLACES[(number * 2 + shift) % 6]}|{region}]",
                firm=f"[{FIRMS[(number + 2 * shift) % 6]}|{organization}]",
                firm2=f"[{FIRMS[(number + 2 * shift + 1) % 6]}|{organization}]",
            )
        )
    return rows


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="small-models-")  # removed when the process ends


def need(package: str) -> None:
    """Skip the test where an extra is not installed."""
    if find_spec(package) is None:
        pytest.skip(f"needs the extra {package}: pip install -e '.[{package}]', or .ci/run --extras")


@cache
def spacy_model(segmenter: str = "char") -> str:
    """Return the folder of a spaCy pipeline; skips where spaCy or the segmenter is not installed."""
    need("spacy")
    with warnings.catch_warnings():
        if segmenter != "char":
            warnings.filterwarnings("ignore", r"\[W030\]", UserWarning)  # its words cut some names: that is the point
            warnings.filterwarnings("ignore", ".*pkg_resources|invalid escape sequence")  # jieba's, when imported
            pytest.importorskip(segmenter, reason=f"needs {segmenter}: pip install {segmenter}, or .ci/run --extras")
        return str(train_spacy(Path(_folder().name, f"spacy-{segmenter}"), segmenter=segmenter))


@cache
def spacy_parser() -> str:
    """Return the folder of a spaCy pipeline that finds dependencies between characters; skips without spaCy."""
    need("spacy")
    return str(train_spacy_parser(Path(_folder().name, "spacy-parser")))


@cache
def hanlp_model(kind: str = "recurrent") -> str:
    """Return the folder of a HanLP component; skips where HanLP is not installed.

    It is ``recurrent``, ``recurrent-crf``, ``recurrent-words``, ``transformer``, or ``multi-task``: words, names,
    semantic roles and dependencies in one model.
    """
    need("hanlp")
    train = {
        "recurrent": train_hanlp,
        "recurrent-crf": partial(train_hanlp, crf=True),
        "recurrent-words": partial(train_hanlp, words=True),
        "transformer": train_hanlp_transformer,
        "multi-task": train_hanlp_multi_task,
    }[kind]
    with warnings.catch_warnings(), _one_thread():
        warnings.simplefilter("ignore")  # training is HanLP's own matter; what adapters do runs without a warning
        return str(train(Path(_folder().name, f"hanlp-{kind}")))


def settings_of(stage: str) -> dict[str, Any]:
    """Return the settings that a stage cannot do without; skips where its engine is not installed."""
    if stage.endswith("_llm"):
        from chat_server import stage_settings  # starts a server

        return stage_settings(stage)
    models = {
        "find_spacy": spacy_model,
        "relate_spacy": spacy_parser,
        "find_hanlp": hanlp_model,
        "relate_hanlp": partial(hanlp_model, "multi-task"),
    }
    return {"model": models[stage]()} if stage in models else {}


def train_spacy(folder: Path, *, segmenter: str = "char", epochs: int = 25) -> Path:
    """Train a spaCy entity recognizer with the labels of OntoNotes; return its folder."""
    import spacy
    from spacy.training import Example

    spacy.util.fix_random_seed(7)
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    nlp.add_pipe("ner", config={"model": {"tok2vec": {"@architectures": "spacy.HashEmbedCNN.v2", "width": 48,
                 "depth": 2, "embed_size": 500, "window_size": 1, "maxout_pieces": 2, "subword_features": False,
                 "pretrained_vectors": None}}})  # fmt: skip
    examples = []
    for row in marked_sentences("PERSON", "ORG", "GPE"):
        text, mentions = parse(row)
        entities = [(m.span.start, m.span.end, m.type) for m in mentions]
        examples.append(Example.from_dict(nlp.make_doc(text), {"entities": entities}))
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(epochs):
        for start in range(0, len(examples), 8):
            nlp.update(examples[start : start + 8], sgd=optimizer)
    nlp.to_disk(folder)
    return folder


def train_spacy_parser(folder: Path, *, epochs: int = 25) -> Path:
    """Train a spaCy dependency parser on characters, each of a word hangs on the next; return its folder."""
    import spacy
    from spacy.training import Example

    spacy.util.fix_random_seed(7)
    nlp = spacy.blank("zh")
    tok2vec = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 48, "depth": 4, "embed_size": 1000, "window_size": 1,
               "maxout_pieces": 2, "subword_features": False, "pretrained_vectors": None}  # fmt: skip
    nlp.add_pipe("parser", config={"min_action_freq": 1, "model": {"tok2vec": tok2vec}})
    examples = []
    for words, rows, _ in parsed_sentences():
        ends = [sum(map(len, words[: number + 1])) - 1 for number in range(len(words))]
        heads, labels = [], []
        for number, (word, (head, label)) in enumerate(zip(words, rows, strict=True)):
            heads += range(ends[number] - len(word) + 2, ends[number] + 1)
            heads.append(ends[head - 1] if head else ends[number])
            labels += ["compound:nn"] * (len(word) - 1) + ["ROOT" if not head else label]
        examples.append(Example.from_dict(nlp.make_doc("".join(words)), {"heads": heads, "deps": labels}))
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(epochs):
        for start in range(0, len(examples), 4):
            nlp.update(examples[start : start + 4], sgd=optimizer)
    nlp.to_disk(folder)
    return folder


# --- HanLP ----------------------------------------------------------------------------------------------------------


@contextmanager
def _one_thread() -> Iterator[None]:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # on matrices this small, threads only wait for each other
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _quiet() -> logging.Logger:
    logger = logging.getLogger("small_models")
    logger.setLevel(logging.ERROR)
    return logger


def _words(row: str) -> list[tuple[str, str]]:
    """Return the words of a marked sentence with their tags: a name is one word."""
    text, mentions = parse(row)
    words, last = [], 0
    for mention in mentions:
        words += [(word, "O") for word in rjieba.cut(text[last : mention.span.start])]
        words.append((mention.text, f"B-{mention.type}"))
        last = mention.span.end
    return [*words, *((word, "O") for word in rjieba.cut(text[last:]))]


def _characters(row: str, inside: str, last: str) -> list[tuple[str, str]]:
    """Return the characters of a marked sentence with their tags."""
    pairs = []
    for word, tag in _words(row):
        tags = [tag, *[f"{inside}{tag[1:]}"] * (len(word) - 2), f"{last}{tag[1:]}"] if tag != "O" else ["O"] * len(word)
        pairs += list(zip(word, tags, strict=True))
    return pairs


def _corpus(folder: Path, rows: list[list[tuple[str, str]]]) -> str:
    """Write sentences as HanLP reads them, a token and its tag a line; return the file."""
    path = folder.parent / f"{folder.name}.tsv"
    sentences = ("".join(f"{token}\t{tag}\n" for token, tag in row) for row in rows)
    path.write_text("\n".join(sentences), encoding="utf-8")
    return str(path)


_ROWS = marked_sentences("NR", "NT", "NS")  # the labels of MSRA


def train_hanlp(folder: Path, *, crf: bool = False, words: bool = False) -> Path:
    """Train a recurrent recognizer on characters or words; return its folder."""
    from hanlp.components.ner.rnn_ner import RNNNamedEntityRecognizer
    from hanlp.components.taggers.rnn import rnntaggingmodel
    from hanlp.layers.crf.crf import CRF

    corpus = _corpus(folder, [_words(row) if words else _characters(row, "I", "I") for row in _ROWS])
    rnntaggingmodel.CRF = lambda tags, constraints=None: CRF(tags)  # HanLP 2.1.5 cannot train one without
    try:
        RNNNamedEntityRecognizer().fit(
            corpus, corpus, str(folder), batch_size=8, epochs=12, embed=48, rnn_hidden=48, lr=0.01, crf=crf, devices=-1,
            seed=7, tagging_scheme="BIO", delimiter="\t", token_delimiter="", verbose=False, logger=_quiet(),
        )  # fmt: skip
    finally:
        rnntaggingmodel.CRF = CRF
    return folder


@contextmanager
def _encoder(folder: Path) -> Iterator[str]:
    """Make a transformer of one layer, its weights random, and give HanLP 2.1.5 what it misses in transformers 5."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast, optimization

    encoder = folder.parent / f"{folder.name}-encoder"
    encoder.mkdir()
    texts = [parse(row)[0] for row in _ROWS] + ["".join(one.words) for one in parsed_sentences()]
    characters = sorted(set("".join(texts)))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *(f"##{one}" for one in characters)]
    (encoder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(str(encoder / "vocab.txt")).save_pretrained(encoder)
    torch.manual_seed(7)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(words), **sizes)).save_pretrained(encoder)
    before = getattr(optimization, "AdamW", None)
    optimization.AdamW = lambda *given, no_deprecation_warning=True, **named: torch.optim.AdamW(*given, **named)
    try:
        yield str(encoder)
    finally:
        optimization.AdamW = before


def train_hanlp_transformer(folder: Path) -> Path:
    """Train a transformer recognizer; return its folder."""
    from hanlp.components.ner.transformer_ner import TransformerNamedEntityRecognizer

    corpus = _corpus(folder, [_characters(row, "M", "E") for row in _ROWS])
    with _encoder(folder) as encoder:
        TransformerNamedEntityRecognizer().fit(
            corpus, corpus, str(folder), transformer=encoder, epochs=12, batch_size=8, devices=-1, seed=7,
            max_seq_len=126, lr=3e-3, logger=_quiet(),
        )  # fmt: skip
    return folder


def train_hanlp_multi_task(folder: Path) -> Path:
    """Train a model that finds words and, among them, names, semantic roles and dependencies; return its folder."""
    from hanlp.common.dataset import SortingSamplerBuilder
    from hanlp.components.mtl.multi_task_learning import MultiTaskLearning
    from hanlp.components.mtl.tasks.dep import BiaffineDependencyParsing
    from hanlp.components.mtl.tasks.ner.tag_ner import TaggingNamedEntityRecognition
    from hanlp.components.mtl.tasks.srl.bio_srl import SpanBIOSemanticRoleLabeling
    from hanlp.components.mtl.tasks.tok.tag_tok import TaggingTokenization
    from hanlp.layers.embeddings.contextual_word_embedding import ContextualWordEmbedding

    names = _corpus(folder, [[(word, tag.replace("B-", "S-")) for word, tag in _words(row)] for row in _ROWS])
    parsed = parsed_sentences()
    words, roles, heads = (str(folder.parent / f"{folder.name}.{ending}") for ending in ("txt", "jsonlines", "conllu"))
    lines = [" ".join(word for word, _ in _words(row)) for row in _ROWS]
    Path(words).write_text("\n".join([*lines, *(" ".join(one.words) for one in parsed)]), encoding="utf-8")
    with Path(roles).open("w", encoding="utf-8") as file:
        for one in parsed:
            file.write(json.dumps({"sentences": [one.words], "srl": [one.roles]}, ensure_ascii=False) + "\n")
    rows = (
        "".join(
            f"{number}\t{word}\t_\t_\t_\t_\t{head}\t{label}\t_\t_\n"
            for number, (word, (head, label)) in enumerate(zip(one.words, one.heads, strict=True), start=1)
        )
        for one in parsed
    )
    Path(heads).write_text("\n".join(rows), encoding="utf-8")
    batches = SortingSamplerBuilder(batch_size=8)
    tasks = {
        "tok/fine": TaggingTokenization(words, words, words, batches, max_seq_len=126),
        "ner/msra": TaggingNamedEntityRecognition(names, names, names, batches, dependencies="tok/fine"),
        "srl": SpanBIOSemanticRoleLabeling(roles, roles, roles, batches, dependencies="tok/fine", lr=3e-3),
        "dep": BiaffineDependencyParsing(heads, heads, heads, batches, dependencies="tok/fine", lr=3e-3, tree=True),
    }
    with _encoder(folder) as encoder:
        embedding = ContextualWordEmbedding("token", encoder, average_subwords=True, max_sequence_length=126)
        MultiTaskLearning().fit(
            embedding, tasks, str(folder), 12, lr=3e-3, encoder_lr=3e-3, devices=-1, seed=7, logger=_quiet()
        )
    return folder
