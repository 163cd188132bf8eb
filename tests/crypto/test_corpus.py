"""Tests that what was once encrypted still opens: corpus.json, written by make_corpus.py."""

import json
from pathlib import Path
from typing import Any

import pytest

from exifds.crypto import Keyring, fields
from exifds.crypto.master import master_from
from exifds.crypto.text import from_text, to_text
from exifds.photo import Privacy

from . import make_corpus

CORPUS = json.loads((Path(__file__).parent / "corpus.json").read_text())


def opened(name: str) -> Keyring:
    """A keyring of the corpus."""
    text, opener = CORPUS["keyrings"][name]["text"], CORPUS["keyrings"][name]["opener"]
    return Keyring.from_json(text, master_from(Path(), **opener).unlock(Keyring.recipe(text)))


KEYRINGS = {name: opened(name) for name in CORPUS["keyrings"]}


@pytest.mark.parametrize("name", CORPUS["keyrings"])
def test_old_keyring_opens(name: str) -> None:
    """A keyring file of an earlier release opens, and its check value and blind index are what they were."""
    stored = CORPUS["keyrings"][name]
    assert KEYRINGS[name].check == stored["check"]
    assert KEYRINGS[name].blind_index("12037949754@N01") == stored["owner_bx"]


@pytest.mark.parametrize("number", range(len(CORPUS["documents"])))
def test_old_document_opens(number: int) -> None:
    """A document sealed by an earlier release opens to the texts and values it was made from."""
    entry: dict[str, Any] = CORPUS["documents"][number]
    document = entry["document"]
    document = document | {"_sec": document["_sec"] | {"m": bytes.fromhex(document["_sec"]["m"])}}
    keyring, privacy = KEYRINGS[entry["keyring"]], Privacy(entry["privacy"])
    texts = fields.open_(keyring, "monkeys", document, privacy=privacy)
    assert texts == entry["texts"]
    for field, text in texts.items():
        assert to_text(field, from_text(field, text)) == text


def test_corpus_is_broad() -> None:
    """The corpus holds 60 documents and more, every field that was personal, both kinds of keyring."""
    assert len(CORPUS["documents"]) >= 60
    held = {field for entry in CORPUS["documents"] for field in entry["texts"]}
    assert held == make_corpus.STANDARD.keys() | make_corpus.STRICT.keys()


def test_corpus_script_still_runs(tmp_path: Path) -> None:
    """The script that wrote the corpus writes one that has the same texts."""
    make_corpus.main(tmp_path / "corpus.json")
    again = json.loads((tmp_path / "corpus.json").read_text())
    assert [d["texts"] for d in again["documents"]] == [d["texts"] for d in CORPUS["documents"]]
