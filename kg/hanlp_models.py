"""Where HanLP's models are on this machine, and what would have to be fetched from where before one can be loaded.

HanLP fetches what is missing while it loads, unasked, and retries for half a minute where there is no network. Here
all is looked for first: in a folder, under HANLP_HOME, in the cache of Hugging Face. Nothing here imports torch.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from kg.errors import ConfigError

_PATIENCE = 0.9
"""Seconds to wait for a server before a download: a command that cannot succeed should say so at once."""

_CLASSES = ("hanlp.", "hanlp_common.", "hanlp_trie.")
_FETCHED = ("embed", "filepath", "mapper", "model_path", "path")
"""The keys of a configuration under which embeddings and tables of characters stand that HanLP fetches by URL."""

_ENCODER_FILES = (("config.json",), ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model"))
"""What HanLP takes of a transformer of Hugging Face: its configuration and its vocabulary, in one of these files."""


def find_model(model: str, *, download: bool) -> tuple[Path, dict[str, Any]]:
    """Return the folder of a component and its configuration, with all that loading it needs in place.

    ``model`` is a folder, a name of hanlp.pretrained or a URL. What is missing is fetched where ``download`` says so;
    else, and where it cannot be, ConfigError says what is missing, where it was looked for and where it comes from.
    """
    folder = _folder(model, download)
    config = _config(folder)
    for class_path in _values(config, ("classpath", "class_path")):
        if not class_path.startswith(_CLASSES):  # loading it would run whatever it names
            raise ConfigError(f"{folder / 'config.json'}: the class {class_path} is none of HanLP's; not loaded")
    for name in sorted(set(_values(config, ("transformer",)))):
        _find_encoder(name, download)
    for url in sorted(set(_values(config, _FETCHED))):
        if url.startswith(("http://", "https://")):
            _find_file(url, download)
    return folder, config


def _folder(model: str, download: bool) -> Path:
    from hanlp import pretrained

    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    url: str = pretrained.ALL.get(model, model)
    if url.startswith(("http://", "https://")):
        return _find_file(url, download)
    near = get_close_matches(model, pretrained.ALL, 3, 0.4)
    raise ConfigError(
        f"no HanLP model {model!r}: looked for the folder {folder.absolute()} and among the names of hanlp.pretrained"
        + (f"; near: {', '.join(near)}" if near else "")
    )


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        if (folder / "meta.json").is_file():
            raise ConfigError(f"{folder}: a component of TensorFlow; choose one of PyTorch, which holds a config.json")
        raise ConfigError(f"{folder}: no HanLP model: it holds no config.json")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: not the configuration of a HanLP component: {error}") from error
    if not isinstance(config, dict) or not isinstance(config.get("classpath"), str):
        raise ConfigError(f"{path}: not the configuration of a HanLP component: it names no classpath")
    return config


def _values(config: object, keys: tuple[str, ...]) -> Iterator[str]:
    """Yield the strings that stand under one of the keys at any depth."""
    if isinstance(config, dict):
        for key, value in config.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from _values(value, keys)
    elif isinstance(config, list):
        for value in config:
            yield from _values(value, keys)


def _find_encoder(name: str, download: bool) -> None:
    """Find a transformer by its folder, on HanLP's mirror, or in the cache of Hugging Face."""
    from hanlp.layers.transformers.resource import model_mirrors, tokenizer_mirrors

    mirrored = [mirrors[name] for mirrors in (tokenizer_mirrors, model_mirrors) if name in mirrors]
    for url in mirrored:
        _find_file(url, download)
    if mirrored or Path(name).is_dir():
        return
    from huggingface_hub import constants, try_to_load_from_cache

    try:
        if all(any(isinstance(try_to_load_from_cache(name, file), str) for file in files) for files in _ENCODER_FILES):
            return
    except ValueError:  # no name that Hugging Face could have: a folder of another machine
        raise ConfigError(f"the model's encoder {name} is not there: no such folder") from None
    url = f"{constants.ENDPOINT}/{name}/resolve/main/config.json"
    _consent(url, Path(constants.HF_HUB_CACHE), download, what=f"the encoder {name}")


def _find_file(url: str, download: bool) -> Path:
    """Return where HanLP keeps the unpacked file of a URL; fetch it where that is allowed and needed."""
    from hanlp.utils.io_util import get_resource, hanlp_home, path_from_url, split_if_compressed

    home = hanlp_home()
    bare = url.partition("#")[0]
    packed = Path(path_from_url(bare, home))
    unpacked = Path(split_if_compressed(str(packed))[0])
    if not unpacked.exists() and not packed.exists():
        _consent(bare, unpacked, download, what=unpacked.name)
    try:
        return Path(get_resource(url, home))
    except Exception as error:  # the network, the disk, a broken archive
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise ConfigError(f"cannot fetch {bare} to {unpacked}: {reason}; try again, or unpack it there") from error


def _consent(url: str, path: Path, download: bool, *, what: str) -> None:
    """Say what is about to be downloaded; raise ConfigError where that is not wanted or not possible."""
    if not download:
        raise ConfigError(
            f"{what} is not on this machine (looked for {path}): set download = true to fetch it from {url}, "
            "or put it there yourself (kg stages --pipeline hanlp prints a pipeline file to change)"
        )
    try:
        with urlopen(Request(url, method="HEAD"), timeout=_PATIENCE) as answer:
            size = answer.headers.get("Content-Length", "")
    except HTTPError as error:
        if error.code in (404, 410):
            raise ConfigError(f"{what} is not on this machine (looked for {path}), and {url} is not there") from None
        size = ""  # a server may refuse the question and still give the file
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise ConfigError(
            f"{what} is not on this machine (looked for {path}), and {url} cannot be reached: {reason}; "
            "fetch it elsewhere and put it there"
        ) from None
    megabytes = f", {int(size) / 1e6:.0f} MB" if size.isdigit() else ""
    sys.stderr.write(f"downloading {what} from {url} to {path}{megabytes}\n")
